"""A coupon is used as often as it may be, and no oftener, however many order at once."""

from collections import Counter
from collections.abc import Callable, Iterator
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

THREADS, ATTEMPTS, USES = 64, 20, 50


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for these proofs: each brings a shop of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def redeem(shop: UUID, coupon: UUID, orders: list[UUID], user_id: UUID | None = None) -> Counter[str]:
    """What became of each order that asked for the coupon, one after the other."""
    results: Counter[str] = Counter()
    for order_id in orders:
        try:
            with organization_scope(shop):
                coupons.redeem(
                    coupon_id=coupon,
                    order_id=order_id,
                    user_id=user_id,
                    email=f"{order_id}@example.com",
                    discount_amount=100,
                    now=NOW,
                )
            results["redeemed"] += 1
        except CouponRefused as refusal:
            results[str(refusal.extra["reason"])] += 1
    return results


def counted(shop: UUID, coupon: UUID) -> tuple[int, int]:
    with organization_scope(shop):
        return Coupon.objects.get(pk=coupon).used, CouponUsage.objects.filter(coupon=coupon).count()


def together_counted(calls: list[Callable[[], Counter[str]]]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for result in together(calls):
        assert isinstance(result, Counter), result
        whole += result
    return whole


def test_fifty_uses_are_fifty_orders(proof_record: Callable[..., None]) -> None:
    shop = make_organization()
    coupon = make_coupon(shop.id, usage_limit=USES)
    orders = [[make_order(shop.id).id for _ in range(ATTEMPTS)] for _ in range(THREADS)]
    results = together_counted([partial(redeem, shop.id, coupon.id, each) for each in orders])
    assert results == {"redeemed": USES, "used_up": THREADS * ATTEMPTS - USES}
    assert counted(shop.id, coupon.id) == (USES, USES)
    proof_record(threads=THREADS, attempts=THREADS * ATTEMPTS, redeemed=USES)


def test_each_person_uses_it_twice_and_no_oftener(proof_record: Callable[..., None]) -> None:
    shop, people = make_organization(), [make_user() for _ in range(8)]
    coupon = make_coupon(shop.id, usage_limit_per_user=2)
    calls = [
        partial(redeem, shop.id, coupon.id, [make_order(shop.id).id for _ in range(2)], people[number % 8].id)
        for number in range(THREADS)
    ]
    results = together_counted(calls)
    assert results == {"redeemed": 16, "used_by_you": 2 * THREADS - 16}
    assert counted(shop.id, coupon.id) == (16, 16)
    with organization_scope(shop.id):
        each = Counter(CouponUsage.objects.filter(coupon=coupon.id).values_list("user_id", flat=True))
    assert set(each.values()) == {2}
    proof_record(threads=THREADS, people=len(people), redeemed=16)
