"""Coupons: who gets what off, why not, and how often."""

from datetime import timedelta

import pytest

from tenon.domains.orders.engines.coupons import Refusal
from tenon.domains.orders.engines.pricing import Line
from tenon.domains.orders.errors import CouponRefused
from tenon.domains.orders.models import Coupon, CouponUsage
from tenon.domains.orders.selectors import coupons as selectors
from tenon.domains.orders.services import coupons
from tenon.domains.orders.tests.factories import NOW, make_coupon, make_order, make_organization, make_user
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db
LINES = [Line(new_id(), 1000, 2)]


@pytest.fixture
def shop():
    return make_organization()


def reason(shop, coupon, *, lines=LINES, currency="USD", customer="", now=NOW):
    with organization_scope(shop.id):
        found = selectors.find(pk=coupon.id)
        return selectors.refusal(found, lines=lines, currency=currency, customer=customer, now=now)


def redeem(shop, coupon, *, order=None, user_id=None, email="ada@example.com", now=NOW):
    order = order or make_order(shop.id)
    with organization_scope(shop.id):
        coupons.redeem(
            coupon_id=coupon.id, order_id=order.id, user_id=user_id, email=email, discount_amount=200, now=now
        )
    return order


def give_back(shop, order):
    with organization_scope(shop.id):
        coupons.give_back(order_id=order.id)


def used(shop, coupon):
    with organization_scope(shop.id):
        return Coupon.objects.get(pk=coupon.id).used, CouponUsage.objects.filter(coupon=coupon.id).count()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, None),
        ({"is_active": False}, Refusal.UNKNOWN),
        ({"valid_from": NOW + timedelta(seconds=1)}, Refusal.NOT_YET_VALID),
        ({"valid_from": NOW}, None),
        ({"valid_until": NOW}, Refusal.EXPIRED),
        ({"valid_until": NOW + timedelta(seconds=1)}, None),
        ({"usage_limit": 3, "used": 3}, Refusal.USED_UP),
        ({"usage_limit": 3, "used": 2}, None),
        ({"minimum_order_amount": 2001}, Refusal.BELOW_MINIMUM),
        ({"minimum_order_amount": 2000}, None),
        ({"product_ids": [str(new_id())]}, Refusal.NOT_FOR_THESE_GOODS),
        ({"product_ids": [str(LINES[0].product_id)]}, None),
        ({"currency": "EUR"}, None),
        ({"currency": "EUR", "maximum_discount_amount": 5}, Refusal.OTHER_CURRENCY),
        ({"kind": "fixed_amount", "currency": "EUR"}, Refusal.OTHER_CURRENCY),
    ],
)
def test_a_coupon_says_why_it_takes_nothing_off(shop, fields, why):
    assert reason(shop, make_coupon(shop.id, **fields)) is why


def test_what_was_never_a_coupon_is_unknown(shop):
    with organization_scope(shop.id):
        assert selectors.refusal(None, lines=LINES, currency="USD", customer="", now=NOW) is Refusal.UNKNOWN


def test_another_shops_coupon_is_unknown(shop):
    coupon = make_coupon(make_organization().id)
    assert reason(shop, coupon) is Refusal.UNKNOWN
    with pytest.raises(CouponRefused) as refusal:
        redeem(shop, coupon)
    assert refusal.value.extra == {"reason": "unknown"}


def test_codes_are_read_as_people_write_them():
    assert selectors.written("  welcome10 ") == "WELCOME10"


def test_a_use_is_counted_with_its_order(shop):
    coupon = make_coupon(shop.id)
    order = redeem(shop, coupon)
    assert used(shop, coupon) == (1, 1)
    give_back(shop, order)
    give_back(shop, order)
    assert used(shop, coupon) == (0, 0)


def test_uses_leave_what_staff_have_read_as_it_is(shop):
    coupon = make_coupon(shop.id)
    give_back(shop, redeem(shop, coupon))
    with organization_scope(shop.id):
        now = Coupon.objects.get(pk=coupon.id)
    assert (now.version, now.updated_at) == (coupon.version, coupon.updated_at)


def test_the_last_use_is_the_last(shop):
    coupon = make_coupon(shop.id, usage_limit=2)
    orders = [redeem(shop, coupon), redeem(shop, coupon)]
    with pytest.raises(CouponRefused) as refusal:
        redeem(shop, coupon)
    assert refusal.value.extra == {"reason": "used_up"}
    assert str(refusal.value) == "This coupon has been used up."
    give_back(shop, orders[0])
    redeem(shop, coupon)
    assert used(shop, coupon) == (2, 2)


def test_a_person_uses_it_as_often_as_they_may(shop):
    coupon = make_coupon(shop.id, usage_limit_per_user=1)
    person, other = make_user(), make_user()
    order = redeem(shop, coupon, user_id=person.id)
    assert reason(shop, coupon, customer=str(person.id)) is Refusal.USED_BY_YOU
    assert reason(shop, coupon, customer=str(other.id)) is None
    with pytest.raises(CouponRefused) as refusal:
        redeem(shop, coupon, user_id=person.id)
    assert refusal.value.extra == {"reason": "used_by_you"}
    assert used(shop, coupon) == (1, 1)
    redeem(shop, coupon, user_id=other.id)
    give_back(shop, order)
    redeem(shop, coupon, user_id=person.id)
    assert used(shop, coupon) == (2, 2)


def test_a_guest_is_known_by_the_address_however_it_is_written(shop):
    coupon = make_coupon(shop.id, usage_limit_per_user=1)
    redeem(shop, coupon, email="Ada@Example.com")
    with pytest.raises(CouponRefused):
        redeem(shop, coupon, email="ada@example.COM")
    redeem(shop, coupon, email="grace@example.com")
    with organization_scope(shop.id):
        assert not [row for row in CouponUsage.objects.values_list("customer", flat=True) if "ada" in row]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"is_active": False}, "unknown"),
        ({"valid_until": NOW}, "expired"),
        ({"valid_from": NOW + timedelta(days=1)}, "not_yet_valid"),
    ],
)
def test_what_ended_between_cart_and_order_is_refused(shop, fields, why):
    with pytest.raises(CouponRefused) as refusal:
        redeem(shop, make_coupon(shop.id, **fields))
    assert refusal.value.extra == {"reason": why}


def test_every_reason_has_its_words():
    assert set(coupons.REASONS) == set(Refusal)
