"""Many who order at once: nothing is sold twice, and nobody waits for each other for ever. On every engine."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.tests.factories import level, make_product
from tenon.domains.orders.errors import EmptyCart
from tenon.domains.orders.models import Order, OrderItem
from tenon.domains.orders.policies import Shopper as Customer
from tenon.domains.orders.selectors.ledger import faults
from tenon.domains.orders.services import checkout, orders
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.services.checkout import Wishes
from tenon.domains.orders.tests.factories import ADDRESS, NOW, Shop
from tenon.domains.orders.tests.shoppers import Shopper
from tenon.kernel.errors import Conflict
from tenon.kernel.principal import ANONYMOUS
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

AT_ONCE = 12
DOOR = Wishes(payment_method="cash_on_delivery", shipping_address={**ADDRESS, "country": "US"})


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: each test brings an organization of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def place(shop_id: UUID, holder: Holder) -> UUID:
    return checkout.place(organization_id=shop_id, holder=holder, actor_id=None, wishes=DOOR, now=NOW).id


def test_of_many_who_want_the_last_as_many_get_it_as_there_are():
    shop = Shop()
    lamp, desk = make_product(shop.id, stock=5), make_product(shop.id, stock=100)
    shoppers = [Shopper(shop) for _ in range(AT_ONCE)]
    for number, shopper in enumerate(shoppers):
        for product in (lamp, desk) if number % 2 else (desk, lamp):
            shopper.add(product)
    results = together([partial(place, shop.id, shopper.holder) for shopper in shoppers])
    sold = [result for result in results if isinstance(result, UUID)]
    assert len(sold) == 5
    assert {type(result) for result in results} == {UUID, OutOfStock}
    assert (level(lamp).on_hand, level(lamp).allocated, level(desk).on_hand) == (0, 0, 95)
    with organization_scope(shop.id):
        assert Order.objects.count() == 5
        assert OrderItem.objects.count() == 10
        assert list(faults()) == []


def test_a_cart_is_ordered_once():
    shop = Shop()
    shopper = Shopper(shop)
    shopper.add(shop.product, 2)
    results = together([partial(place, shop.id, shopper.holder)] * AT_ONCE)
    assert sum(isinstance(result, UUID) for result in results) == 1
    assert {type(result) for result in results} == {UUID, EmptyCart}
    assert shop.level().on_hand == 8


def test_an_order_is_cancelled_once_and_its_goods_come_back_once():
    shop = Shop()
    order = shop.confirmed(quantity=4)
    cancel = partial(
        orders.cancel,
        shopper=Customer(ANONYMOUS, order.id),
        organization_id=shop.id,
        order_id=order.id,
        now=NOW,
    )
    results = together([cancel] * AT_ONCE)
    assert sum(result == order.id for result in results) == 1
    assert all(result == order.id or isinstance(result, Conflict) for result in results)
    assert (shop.level().on_hand, shop.level().allocated) == (10, 0)
