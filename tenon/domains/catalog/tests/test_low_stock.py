"""What runs low: each product, and each variant of those that have any; from an index in which nothing else stands."""

import pytest
from django.db import connection

from tenon.domains.catalog.selectors.low_stock import running_low
from tenon.domains.catalog.tests.factories import make_organization, make_product, make_variant
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


def test_products_and_variants_that_are_offered_and_run_low():
    shop = make_organization().id
    shirt = make_product(shop, name="Shirt", stock=0)
    small = make_variant(shirt, name="S", sku="SHIRT-S", stock=5)
    make_variant(shirt, stock=6)
    make_variant(shirt, stock=0, is_active=False)
    mug = make_product(shop, name="Mug", sku="MUG", stock=1)
    make_product(shop, stock=1, is_active=False)
    make_product(shop, stock=1, track_inventory=False)
    make_product(make_organization().id, stock=0)
    found = running_low(organization_id=shop, limit=10)
    assert [(row["product_id"], row["variant_id"], row["available"]) for row in found] == [
        (mug.id, None, 1),
        (shirt.id, small.id, 5),
    ]
    assert [(row["name"], row["variant_name"], row["sku"]) for row in found] == [
        ("Mug", "", "MUG"),
        ("Shirt", "S", "SHIRT-S"),
    ]
    assert running_low(organization_id=shop, limit=1) == found[:1]


def test_it_is_one_query_of_its_index():
    shop = make_organization().id
    make_product(shop, stock=1)
    with query_budget(1) as asked:
        running_low(organization_id=shop, limit=10)
    with organization_scope(shop), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{asked[0]}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    # MariaDB has no indexes of some rows only; there all of the stock is read in order, and no more than is needed.
    wanted = "catalog_stock_by_available" if connection.vendor == "mysql" else "catalog_stock_low"
    assert wanted in plan, plan
