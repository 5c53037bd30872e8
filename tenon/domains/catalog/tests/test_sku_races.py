"""Products and variants that are given one SKU at once, on a database of their own and on every engine."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.catalog import services
from tenon.domains.catalog.models import Product, ProductVariant, Sku
from tenon.domains.catalog.tests.factories import NOW, acting_as, make_organization, make_product, make_variant
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

ROUNDS = 4
TRIES = 5


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def persistent(call: Any) -> None:
    for tries_left in reversed(range(TRIES)):
        try:
            call()
        except OperationalError:  # a deadlock that MariaDB finds between gaps of indexes; the caller may try again
            if not tries_left:
                raise
        else:
            return


def test_an_sku_is_given_once_whether_to_a_product_or_to_a_variant():
    shop = make_organization()
    staff = acting_as(shop.owner_id, shop.id)
    mugs = [make_product(shop.id) for _ in range(3)]
    variant, last = make_variant(mugs[0]), make_product(shop.id)
    for number in range(ROUNDS):
        sku = f"WANTED-{number}"
        product = {"name": "Mug", "sku": sku, "price": "9.99"}
        calls: list[Any] = [
            partial(services.create_product, principal=staff, values={**product, "slug": f"{number}-{place}"}, now=NOW)
            for place in range(2)
        ]
        calls += [
            partial(
                services.create_variant,
                principal=staff,
                product_id=mug.id,
                values={"name": "Blue", "sku": sku},
                now=NOW,
            )
            for mug in mugs
        ]
        calls.append(partial(services.update_product, principal=staff, product_id=last.id, changes={"sku": sku}))
        calls.append(
            partial(
                services.update_variant,
                principal=staff,
                product_id=mugs[0].id,
                variant_id=variant.id,
                changes={"sku": sku},
            )
        )
        results = together([partial(persistent, call) for call in calls])
        assert Counter(type(each).__name__ for each in results) == {"NoneType": 1, "SkuTaken": len(calls) - 1}, results
        with organization_scope(shop.id):
            having = [rows.objects.filter(sku=sku).count() for rows in (Product, ProductVariant, Sku)]
        assert sorted(having) == [0, 1, 1]
