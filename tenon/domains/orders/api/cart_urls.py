"""The paths of carts and of what prices follow from, below /api/v1/."""

from django.urls import path

from tenon.domains.orders.api.views import addresses, cart_coupons, cart_verbs, carts, rules

app_name = "carts"

urlpatterns = [
    path("cart/", carts.CartView.as_view(), name="cart"),
    path("cart/items/", carts.CartItemsView.as_view(), name="items"),
    path("cart/items/<uuid:item_id>/", carts.CartItemView.as_view(), name="item"),
    path("cart/coupon/", cart_coupons.CartCouponView.as_view(), name="coupon"),
    path("addresses/", addresses.AddressesView.as_view(), name="addresses"),
    path("addresses/<uuid:address_id>/", addresses.AddressView.as_view(), name="address"),
    path("coupons/", rules.CouponsView.as_view(), name="coupons"),
    path("coupons/<uuid:coupon_id>/", rules.OneCouponView.as_view(), name="one-coupon"),
    path("shipping-methods/", rules.ShippingMethodsView.as_view(), name="shipping-methods"),
    path("shipping-methods/<uuid:method_id>/", rules.ShippingMethodView.as_view(), name="shipping-method"),
    path("tax-rates/", rules.TaxRatesView.as_view(), name="tax-rates"),
    path("tax-rates/<uuid:rate_id>/", rules.TaxRateView.as_view(), name="tax-rate"),
    path("tax-settings/", rules.TaxSettingsView.as_view(), name="tax-settings"),
    # The older verbs.
    path("cart/my_cart/", cart_verbs.MyCartView.as_view(), name="my-cart"),
    path("cart/add_item/", cart_verbs.AddItemView.as_view(), name="add-item"),
    path("cart/update_item/", cart_verbs.UpdateItemView.as_view(), name="update-item"),
    path("cart/remove_item/", cart_verbs.RemoveItemView.as_view(), name="remove-item"),
    path("cart/clear/", cart_verbs.ClearView.as_view(), name="clear"),
    path("orders/validate_coupon/", cart_coupons.ValidateCouponView.as_view(), name="validate-coupon"),
]
