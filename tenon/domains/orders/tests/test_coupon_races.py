"""The limits of a coupon when everybody orders at once, on a database of its own, on every engine."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.orders.errors import CouponRefused
from tenon.domains.orders.models import Coupon, CouponUsage
from tenon.domains.orders.services import coupons
from tenon.domains.orders.tests.factories import NOW, make_coupon, make_order, make_organization, make_user
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

AT_ONCE = 16


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: each test brings an organization of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def redeem(shop_id: UUID, coupon_id: UUID, order_id: UUID, user_id: UUID | None = None) -> str:
    """What became of it, in a word."""
    try:
        with organization_scope(shop_id):
            coupons.redeem(
                coupon_id=coupon_id,
                order_id=order_id,
                user_id=user_id,
                email="ada@example.com",
                discount_amount=100,
                now=NOW,
            )
    except CouponRefused as refusal:
        return str(refusal.extra["reason"])
    return "redeemed"


def counted(shop_id: UUID, coupon_id: UUID) -> tuple[int, int]:
    with organization_scope(shop_id):
        return Coupon.objects.get(pk=coupon_id).used, CouponUsage.objects.filter(coupon=coupon_id).count()


def test_no_more_orders_than_uses():
    shop = make_organization()
    coupon = make_coupon(shop.id, usage_limit=5)
    orders = [make_order(shop.id) for _ in range(AT_ONCE)]
    results = together([partial(redeem, shop.id, coupon.id, order.id) for order in orders])
    assert Counter(results) == {"redeemed": 5, "used_up": AT_ONCE - 5}
    assert counted(shop.id, coupon.id) == (5, 5)


def test_no_more_orders_of_a_person_than_they_may():
    shop, people = make_organization(), [make_user(), make_user()]
    coupon = make_coupon(shop.id, usage_limit_per_user=2)
    asked = [(make_order(shop.id), people[number % 2]) for number in range(AT_ONCE)]
    results = together([partial(redeem, shop.id, coupon.id, order.id, person.id) for order, person in asked])
    assert Counter(results) == {"redeemed": 4, "used_by_you": AT_ONCE - 4}
    assert counted(shop.id, coupon.id) == (4, 4)


def test_given_back_at_once_is_given_back_once():
    shop = make_organization()
    coupon, order = make_coupon(shop.id), make_order(shop.id)
    redeem(shop.id, coupon.id, order.id)

    def give_back() -> None:
        with organization_scope(shop.id):
            coupons.give_back(order_id=order.id)

    together([give_back] * AT_ONCE)
    assert counted(shop.id, coupon.id) == (0, 0)
