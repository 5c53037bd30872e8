"""The ways of sending that a shop begins with."""

import pytest

from tenon.domains.orders.engines import shipping
from tenon.domains.orders.selectors import rates
from tenon.domains.orders.services.seeding import seed_shipping
from tenon.domains.orders.tests.factories import make_organization
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db


def offered(shop, country, goods=1000):
    with organization_scope(shop.id):
        methods = [facts.method for facts in rates.active_methods()]
    found = shipping.offered(methods, country=country, grams=0)
    return {method.name: shipping.cost(method, goods=goods, grams=0) for method in found}


def test_at_home_and_abroad():
    shop = make_organization(country="US")
    assert seed_shipping(organization_id=shop.id, currency="USD") == 4
    assert offered(shop, "US") == {"standard": 599, "express": 1299, "overnight": 2499}
    assert offered(shop, "US", goods=10_000)["standard"] == 0
    assert offered(shop, "DE") == {"international": 1599}


def test_a_shop_that_has_ways_of_its_own_keeps_them():
    shop = make_organization()
    seed_shipping(organization_id=shop.id, currency="JPY")
    assert seed_shipping(organization_id=shop.id, currency="JPY") == 0
    with organization_scope(shop.id):
        assert [(facts.currency, facts.price_amount) for facts in rates.active_methods()] == [
            ("JPY", amount) for amount in (5, 12, 24, 15)
        ]
