"""What a cart costs, looked at anew each time: what has changed since, taxes, ways of sending, coupons."""

import pytest

from tenon.domains.catalog.models import Product, StockLevel
from tenon.domains.catalog.tests.factories import make_variant
from tenon.domains.orders.errors import (
    CouponRefused,
    ShippingUnavailable,
)
from tenon.domains.orders.models import Coupon, TaxRules
from tenon.domains.orders.services import carts
from tenon.domains.orders.tests.factories import (
    NOW,
    make_coupon,
    make_product,
    make_shipping_method,
    make_tax_rate,
)
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


def change(product, **fields):
    with organization_scope(product.organization_id):
        Product.objects.filter(pk=product.id).update(**fields)


def codes(cart):
    return [[notice.code for notice in line.notices] for line in cart.lines]


def test_what_has_changed_since_is_said(shopper, market, product):
    gone, scarce, dear = make_product(market.id), make_product(market.id), product
    for each in (gone, scarce, dear):
        shopper.add(each, 2)
    change(gone, is_active=False)
    change(dear, price_amount=3000)
    with organization_scope(market.id):
        StockLevel.objects.filter(item_id=scarce.id).update(on_hand=1)
    cart = shopper.cart()
    assert codes(cart) == [["unavailable"], ["insufficient_stock"], ["price_changed"]]
    assert cart.lines[0].priced is None
    assert cart.lines[1].notices[0].values == {"available": 1}
    assert cart.lines[2].notices[0].values == {"was": 2499}
    assert cart.totals.subtotal == 2 * 2499 + 2 * 3000
    assert not cart.is_ready
    with organization_scope(market.id):
        StockLevel.objects.filter(item_id=scarce.id).update(on_hand=0)
    assert codes(shopper.cart())[1] == ["out_of_stock"]


def test_another_price_alone_stands_in_no_ones_way_and_is_seen_with_the_next_change(shopper, product):
    shopper.add(product)
    change(product, price_amount=3000)
    assert shopper.cart().is_ready
    assert codes(shopper.add(product)) == [[]]


def test_another_currency_is_not_mixed_in(shopper, market, product):
    shopper.add(product)
    cart = shopper.add(make_product(market.id, currency="EUR"))
    assert codes(cart) == [[], ["other_currency"]]
    assert (cart.currency, cart.totals.total, cart.is_ready) == ("USD", 2499, False)


def test_an_empty_cart_takes_the_currency_of_what_comes_first(shopper, market, product):
    shopper.add(product)
    carts.clear(**shopper.who())
    assert shopper.add(make_product(market.id, currency="EUR")).currency == "EUR"


def test_taxes_and_shipping_are_of_where_it_goes(shopper, market, product):
    make_tax_rate(market.id, country="US", region="CA", millionths=107_500, applies_to_shipping=False)
    ground = make_shipping_method(market.id, price_amount=644, countries=["US"])
    shopper.add(product)
    assert shopper.cart().totals.tax == 0
    cart = shopper.choose(country="US", region="CA")
    assert (cart.totals.tax, cart.totals.shipping, cart.totals.total) == (269, 644, 3412)
    assert [option.method.id for option in cart.options] == [ground.id]
    abroad = shopper.choose(country="DE")
    assert (abroad.region, abroad.totals.tax, abroad.method, abroad.is_ready) == ("", 0, None, False)
    assert [notice.code for notice in abroad.notices] == ["shipping_unavailable"]


def test_prices_may_contain_the_taxes(shopper, market, product):
    make_tax_rate(market.id, country="US", millionths=190_000)
    with organization_scope(market.id):
        TaxRules.objects.create(prices_include_tax=True)
    totals = shopper.add(product).totals
    assert (totals.tax, totals.total) == (399, 2499)


def test_a_way_of_sending_is_chosen(shopper, market, product):
    make_shipping_method(market.id, code="standard", position=1)
    make_shipping_method(market.id, code="express", price_amount=1299, position=2)
    make_shipping_method(market.id, code="abroad", countries=["DE"], position=3)
    make_shipping_method(market.id, code="off", is_active=False)
    assert shopper.add(product).totals.shipping == 599
    assert shopper.choose(shipping_method="express").totals.shipping == 1299
    for code in ("abroad", "off", "pigeon"):
        with pytest.raises(ShippingUnavailable):
            shopper.choose(shipping_method=code)
    assert shopper.cart().method.code == "express"
    assert shopper.choose(shipping_method=None).method.code == "standard"


def test_what_no_way_of_sending_is_priced_for_is_not_sent_for_nothing(shopper, market):
    make_shipping_method(market.id, code="standard", currency="USD")
    cart = shopper.add(make_product(market.id, stock=1, currency="EUR"))
    assert [notice.code for notice in cart.notices] == ["shipping_unavailable"]
    assert (cart.currency, cart.options, cart.is_ready) == ("EUR", (), False)
    with pytest.raises(ShippingUnavailable):
        shopper.choose(shipping_method="standard")
    assert shopper.add(make_product(market.id, stock=1, currency="EUR", requires_shipping=False)).method is None


def test_a_coupon_takes_something_off_until_it_does_not(shopper, market, product):
    coupon = make_coupon(market.id, code="TEN", minimum_order_amount=4000)
    shopper.add(product, 2)
    assert shopper.coupon(" ten ").totals.discount == 500
    assert shopper.cart().coupon.id == coupon.id
    cart = shopper.update(product, 1)
    assert (cart.totals.discount, cart.coupon_refusal, cart.is_ready) == (0, "below_minimum", False)
    assert [(notice.code, notice.values) for notice in cart.notices] == [
        ("coupon_refused", {"reason": "below_minimum"})
    ]
    assert carts.remove_coupon(**shopper.who()).is_ready


def test_a_bad_coupon_says_why_and_leaves_the_good_one(shopper, market, product):
    make_coupon(market.id, code="GOOD")
    make_coupon(market.id, code="LATE", valid_until=NOW)
    shopper.add(product)
    shopper.coupon("GOOD")
    for code, reason in (("LATE", "expired"), ("NEVER", "unknown"), ("", "unknown")):
        with pytest.raises(CouponRefused) as refusal:
            shopper.coupon(code)
        assert refusal.value.extra == {"reason": reason}
    assert shopper.cart().coupon.code == "GOOD"


def test_a_deleted_coupon_is_forgotten(shopper, market, product):
    coupon = make_coupon(market.id)
    shopper.add(product)
    shopper.coupon(coupon.code)
    with organization_scope(market.id):
        Coupon.objects.get(pk=coupon.id).delete()
    assert (shopper.cart().coupon, shopper.cart().is_ready) == (None, True)


def test_restrictions_to_categories_hold_for_what_is_below(shopper, market):
    from tenon.domains.catalog.tests.factories import make_category

    lamps = make_category(market.id)
    desk = make_product(market.id, category=make_category(market.id, parent=lamps))
    make_coupon(market.id, code="LAMPS", category_ids=[str(lamps.id)])
    shopper.add(make_product(market.id))
    with pytest.raises(CouponRefused) as refusal:
        shopper.coupon("LAMPS")
    assert refusal.value.extra == {"reason": "not_for_these_goods"}
    shopper.add(desk)
    assert [line.priced.discount for line in shopper.coupon("LAMPS").lines] == [0, 250]


def test_a_coupon_is_judged_with_and_without_a_cart(shopper, market, product):
    make_coupon(market.id, code="TEN", minimum_order_amount=4000)
    assert carts.judge(**shopper.who(), code="ten").refusal is None
    assert carts.judge(**shopper.who(), code="ten").discount is None
    shopper.add(product)
    assert carts.judge(**shopper.who(), code="ten").refusal == "below_minimum"
    shopper.add(product)
    judged = carts.judge(**shopper.who(), code="ten")
    assert (judged.refusal, judged.discount, judged.currency) == (None, 500, "USD")
    assert carts.judge(**shopper.who(), code="nine").refusal == "unknown"


def test_the_number_of_queries_does_not_follow_the_lines(market, product, guest):
    make_shipping_method(market.id)
    make_tax_rate(market.id)
    coupon = make_coupon(market.id)
    variant = make_variant(make_product(market.id))
    guest.add(product)
    guest.add(Product(id=variant.product_id), variant=variant)
    guest.coupon(coupon.code)
    for _ in range(5):
        guest.add(make_product(market.id))
    with query_budget(9):
        guest.cart()
    with query_budget(16):
        guest.add(product)
