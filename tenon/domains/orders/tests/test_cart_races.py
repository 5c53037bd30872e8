"""Carts when everything happens at once, on a database of its own, on every engine."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.orders.models import Cart, CartItem
from tenon.domains.orders.services import carts
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.tests.factories import NOW, make_organization, make_product, make_user
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

AT_ONCE = 16


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: each test brings an organization of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def add(shop_id: UUID, holder: Holder, product_id: UUID) -> str:
    return carts.add_item(organization_id=shop_id, holder=holder, product_id=product_id, quantity=1, now=NOW)[1]


def lines(shop_id: UUID) -> dict[UUID, int]:
    with organization_scope(shop_id):
        assert Cart.objects.count() == 1
        return dict(CartItem.objects.values_list("product_id", "quantity"))


def failures(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Exception)]


def test_a_persons_first_lines_at_once_are_one_cart():
    shop = make_organization()
    holder = Holder(make_user().id)
    products = [make_product(shop.id, stock=100).id for _ in range(2)]
    results = together([partial(add, shop.id, holder, products[number % 2]) for number in range(AT_ONCE)])
    assert failures(results) == []
    assert lines(shop.id) == {products[0]: AT_ONCE // 2, products[1]: AT_ONCE // 2}


def test_a_guests_lines_at_once_add_up():
    shop = make_organization()
    product = make_product(shop.id, stock=100)
    holder = Holder(token=add(shop.id, Holder(), product.id))
    assert failures(together([partial(add, shop.id, holder, product.id)] * AT_ONCE)) == []
    assert lines(shop.id) == {product.id: AT_ONCE + 1}


def test_a_cart_is_brought_along_once_by_whatever_comes_first():
    shop = make_organization()
    product = make_product(shop.id, stock=100)
    token = add(shop.id, Holder(), product.id)
    holder = Holder(make_user().id, token)
    view = partial(carts.view, organization_id=shop.id, holder=holder, now=NOW)
    results = together([view, partial(add, shop.id, holder, product.id)] * (AT_ONCE // 2))
    assert failures(results) == []
    assert lines(shop.id) == {product.id: AT_ONCE // 2 + 1}
