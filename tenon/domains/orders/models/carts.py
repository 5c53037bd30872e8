"""What somebody means to buy."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenon.domains.orders.models.columns import currency_code
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel


class Cart(OwnedModel):
    """A person's cart, or a guest's, of whose token only the SHA-256 is kept. It outlives a checkout, empty.

    `country` and `region` say whose taxes and shipping methods count until there is an address. A guest's cart ends at
    `expires_at`.
    """

    self_scope_field: ClassVar[str] = "user"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    token_hash = ExactCharField(max_length=64, null=True, blank=True, editable=False)  # type: ignore[misc]
    currency = currency_code()
    coupon = models.ForeignKey(
        "orders.Coupon", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    shipping_method = models.ForeignKey(
        "orders.ShippingMethod", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # carts.own, and one cart for a person.
            models.UniqueConstraint(fields=["organization", "user"], name="orders_cart_of_user"),
            # carts.of_guest.
            models.UniqueConstraint(fields=["organization", "token_hash"], name="orders_cart_by_token"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, token_hash__isnull=True)
                | Q(user__isnull=True, token_hash__isnull=False, expires_at__isnull=False),
                name="orders_cart_of_somebody",
            ),
        ]
        indexes = [
            # carts.purge: guests' carts whose time is up.
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="orders_cart_expires"),
            # personal_data: the carts of one person, anywhere.
            models.Index(fields=["user"], name="orders_cart_holder"),
            # What refers to a coupon or a shipping method that is deleted.
            models.Index(fields=["coupon"], name="orders_cart_coupon"),
            models.Index(fields=["shipping_method"], name="orders_cart_shipping"),
        ]


class CartItem(OwnedModel):
    """So many of a product, or of one of its variants.

    `offered_id` is the variant's id, or the product's where it has none: what is null would not be unique.
    `unit_price_amount` is what it cost when it was put in; what is charged is asked of the catalog.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="+", db_index=False)
    variant = models.ForeignKey(
        "catalog.ProductVariant", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    offered_id = models.UUIDField(editable=False)
    quantity = models.PositiveIntegerField()
    unit_price_amount = models.BigIntegerField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # carts.put, and one line for what is offered.
            models.UniqueConstraint(fields=["organization", "cart", "offered_id"], name="orders_cart_item_of_offer"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_cart_item_quantity"),
            models.CheckConstraint(condition=Q(unit_price_amount__gte=0), name="orders_cart_item_price"),
            models.CheckConstraint(
                condition=Q(variant__isnull=True, offered_id=models.F("product"))
                | Q(variant__isnull=False, offered_id=models.F("variant")),
                name="orders_cart_item_offered",
            ),
        ]
        indexes = [
            # selectors.carts: the lines, in the order of putting in.
            models.Index(fields=["cart", "created_at", "id"], name="orders_cart_item_list"),
            # What refers to a product or a variant that is deleted.
            models.Index(fields=["product"], name="orders_cart_item_product"),
            models.Index(fields=["variant"], name="orders_cart_item_variant"),
        ]
