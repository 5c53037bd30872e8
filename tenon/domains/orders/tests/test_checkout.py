"""From a cart to an order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.models import Product, StockReservation
from tenon.domains.catalog.tests.factories import level, make_product, make_variant
from tenon.domains.orders.errors import (
    AddressRequired,
    CouponRefused,
    EmptyCart,
    MethodUnavailable,
    NotOffered,
    PriceChanged,
    ShippingUnavailable,
)
from tenon.domains.orders.models import CartItem, Coupon, Order, OrderItem
from tenon.domains.orders.policies import Shopper as Customer
from tenon.domains.orders.selectors.ledger import faults
from tenon.domains.orders.services import checkout, orders
from tenon.domains.orders.services.checkout import Placed, Wishes
from tenon.domains.orders.tests.factories import (
    ADDRESS,
    NOW,
    Shop,
    make_coupon,
    make_shipping_method,
    make_tax_rate,
    make_user,
)
from tenon.domains.orders.tests.shoppers import Shopper
from tenon.kernel.principal import ANONYMOUS
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.errors import InvalidEmail
from tenon.platform.identity.tests import outbox
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db

TRANSFER = Wishes(payment_method="bank_transfer", shipping_address={**ADDRESS, "country": "US"}, locale="en")
DOOR = replace(TRANSFER, payment_method="cash_on_delivery")


@pytest.fixture
def shop() -> Shop:
    return Shop()


def place(shopper: Shopper, wishes: Wishes = TRANSFER) -> Placed:
    return checkout.place(**shopper.who(), actor_id=None, wishes=wishes)


def stored(shop: Shop, made: Placed) -> Order:
    with organization_scope(shop.id):
        return Order.objects.get(pk=made.id)


def test_a_cart_becomes_an_order_and_is_empty(shop: Shop):
    ada = make_user()
    shopper = Shopper(shop, user=ada)
    shopper.add(shop.product, 2)
    made = place(shopper)
    order = stored(shop, made)
    assert (order.state, order.user_id, order.subtotal_amount) == ("pending", ada.id, 2000)
    assert order.number.startswith("KAS-")
    assert order.expires_at == NOW + timedelta(days=7)
    assert (shop.level().on_hand, shop.level().allocated) == (10, 2)
    with organization_scope(shop.id):
        item = OrderItem.objects.get(order=order)
        assert (item.name, item.sku, item.quantity) == (shop.product.name, shop.product.sku, 2)
        assert not CartItem.objects.exists()
        assert list(faults()) == []
    assert "order.placed" in outbox.event_names()
    with pytest.raises(EmptyCart):
        place(shopper)


def test_the_sum_of_the_documentation(shop: Shop):
    """24.99 @ 10.75 % + 6.44 = 34.12."""
    lamp = make_product(shop.id, price_amount=2499)
    make_shipping_method(shop.id, code="standard", price_amount=644)
    make_tax_rate(shop.id, millionths=107_500, applies_to_shipping=False)
    shopper = Shopper(shop)
    shopper.add(lamp)
    order = stored(shop, place(shopper, replace(TRANSFER, shipping_method="standard", expected_total="34.12")))
    assert (order.subtotal_amount, order.tax_amount, order.shipping_amount) == (2499, 269, 644)
    assert order.total_amount == 3412
    assert order.shipping_method_code == "standard"


def test_what_is_paid_at_the_door_is_confirmed_at_once(shop: Shop):
    shopper = Shopper(shop)
    shopper.add(shop.product, 3)
    order = stored(shop, place(shopper, DOOR))
    assert (order.state, order.expires_at) == ("confirmed", None)
    assert (shop.level().on_hand, shop.level().allocated) == (7, 0)
    with organization_scope(shop.id):
        assert list(faults()) == []


def test_what_is_no_longer_there_stops_everything(shop: Shop):
    lamp = make_product(shop.id, stock=5)
    first, second = Shopper(shop), Shopper(shop)
    for shopper in (first, second):
        shopper.add(shop.product, 2)
        shopper.add(lamp, 3)
    place(first)
    with pytest.raises(OutOfStock) as refused:
        place(second)
    assert [line["available"] for line in refused.value.extra["lines"]] == [2]
    with organization_scope(shop.id):
        assert Order.objects.count() == 1
        assert StockReservation.objects.count() == 2
        assert CartItem.objects.count() == 2
    assert level(lamp).allocated == 3


def test_what_is_no_longer_sold_is_named(shop: Shop):
    shopper = Shopper(shop)
    shopper.add(shop.product)
    with organization_scope(shop.id):
        Product.objects.update(is_active=False)
    with pytest.raises(NotOffered) as refused:
        place(shopper)
    assert refused.value.extra["lines"] == [{"product_id": str(shop.product.id), "variant_id": None}]


def test_a_variant_is_sold_as_such(shop: Shop):
    lamp = make_product(shop.id)
    red = make_variant(lamp, price_amount=700, attributes={"color": "red"})
    shopper = Shopper(shop)
    shopper.add(lamp, 2, variant=red)
    made = place(shopper)
    with organization_scope(shop.id):
        item = OrderItem.objects.get(order=made.id)
    assert (item.variant_id, item.unit_price_amount, item.attributes) == (red.id, 700, {"color": "red"})
    assert level(red).allocated == 2


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        (replace(TRANSFER, shipping_address={}, email="ada@example.com"), AddressRequired),
        (replace(TRANSFER, shipping_address={**ADDRESS, "email": ""}), AddressRequired),
        (replace(TRANSFER, email='"ada"@example.com'), InvalidEmail),
        (replace(TRANSFER, email="ada@exa\u200bmple.com"), InvalidEmail),
        (replace(TRANSFER, coupon_code="NO-SUCH"), CouponRefused),
        (replace(TRANSFER, shipping_method="by-balloon"), ShippingUnavailable),
        (replace(TRANSFER, expected_total="9.99"), PriceChanged),
        (replace(TRANSFER, payment_method="credit_card"), MethodUnavailable),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_happens(shop: Shop, wishes: Wishes, error: type[Exception]):
    shopper = Shopper(shop)
    shopper.add(shop.product)
    with pytest.raises(error):
        place(shopper, wishes)
    with organization_scope(shop.id):
        assert not Order.objects.exists()
        assert CartItem.objects.count() == 1
    assert shop.level().allocated == 0


def test_goods_in_a_currency_that_nothing_is_sent_for_are_not_sent_for_nothing(shop: Shop):
    make_shipping_method(shop.id)
    shopper = Shopper(shop)
    shopper.add(make_product(shop.id, stock=1, currency="EUR"))
    with pytest.raises(ShippingUnavailable):
        place(shopper)


def test_downloads_need_no_address_but_somebody_to_write_to(shop: Shop):
    song = make_product(shop.id, is_digital=True, requires_shipping=False)
    shopper = Shopper(shop)
    shopper.add(song)
    order = stored(shop, place(shopper, Wishes(payment_method="bank_transfer", email="ada@example.com")))
    assert (order.email, order.shipping_amount) == ("ada@example.com", 0)


def test_a_coupon_is_used_and_comes_back_with_a_cancellation(shop: Shop):
    coupon = make_coupon(shop.id, usage_limit=1)
    shopper = Shopper(shop)
    shopper.add(shop.product, 2)
    made = place(shopper, replace(TRANSFER, coupon_code=coupon.code.lower()))
    assert stored(shop, made).discount_amount == 200
    other = Shopper(shop)
    other.add(shop.product)
    with pytest.raises(CouponRefused):
        place(other, replace(TRANSFER, coupon_code=coupon.code))
    orders.cancel(shopper=Customer(ANONYMOUS, made.id), organization_id=shop.id, order_id=made.id, now=NOW)
    with organization_scope(shop.id):
        assert Coupon.objects.get().used == 0
    place(other, replace(TRANSFER, coupon_code=coupon.code))


def test_what_costs_nothing_is_paid(shop: Shop):
    coupon = make_coupon(shop.id, value=1_000_000)
    shopper = Shopper(shop)
    shopper.add(shop.product)
    order = stored(shop, place(shopper, replace(TRANSFER, coupon_code=coupon.code)))
    assert (order.total_amount, order.state, order.payment_status) == (0, "confirmed", "paid")


def test_a_number_that_is_taken_is_drawn_again(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    drawn = iter(["KAS-1", "KAS-1", "KAS-2"])
    monkeypatch.setattr(checkout, "new_number", lambda prefix: next(drawn))
    shopper = Shopper(shop)
    numbers = []
    for _ in range(2):
        shopper.add(shop.product)
        numbers.append(place(shopper).number)
    assert numbers == ["KAS-1", "KAS-2"]
    assert shop.level().allocated == 2


def test_ten_lines_cost_as_many_statements_as_one(shop: Shop):
    asked = []
    for many in (1, 10):
        shopper = Shopper(shop, user=make_user())
        for _ in range(many):
            shopper.add(make_product(shop.id))
        with query_budget(60) as queries:
            place(shopper)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[0] <= 32
