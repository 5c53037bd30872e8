"""Staff who edit what is just being bought: everybody takes the stock before the product, and no two wait in vain."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.catalog.errors import ProductInUse
from tenon.domains.catalog.models import Product, ProductVariant
from tenon.domains.catalog.services import delete_product, delete_variant, stock, update_product
from tenon.domains.catalog.services.imports import running
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import (
    NOW,
    acting_as,
    level,
    make_import,
    make_organization,
    make_product,
    make_variant,
)
from tenon.kernel import retries
from tenon.kernel.errors import NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.platform.organizations.models import Organization
from tenon.testing.databases import Clone

AT_ONCE, ROUNDS = 6, 5


@pytest.fixture(autouse=True)
def database(
    module_database: Clone, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """One database for this module, where nothing that is ended in a deadlock is done again: there are none."""
    monkeypatch.setattr(retries, "TRIES", 1)
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def buy(shop: Organization, *items: Product | ProductVariant) -> None:
    lines = [
        StockLine(item.product_id, item.id, 1) if isinstance(item, ProductVariant) else StockLine(item.id, None, 1)
        for item in items
    ]
    with organization_scope(shop.id):
        reference = new_id()
        stock.reserve(lines=lines, reference=reference, until=NOW + timedelta(hours=1), now=NOW)
        stock.commit(reference=reference, now=NOW, actor_id=None)


def done(calls: list[Callable[[], object]]) -> None:
    assert [each for each in together(calls) if isinstance(each, Exception)] == []


def test_how_stock_is_counted_is_changed_while_it_is_bought():
    shop = make_organization()
    staff, mug = acting_as(shop.owner_id, shop.id), make_product(shop.id, stock=500)
    sizes = [make_variant(mug, stock=500) for _ in range(3)]
    for number in range(ROUNDS):
        rules = {"allow_backorder": bool(number % 2), "min_stock_level": number + 6, "name": f"Mug {number}"}
        edit = partial(update_product, principal=staff, product_id=mug.id, changes=rules)
        done([edit, partial(buy, shop, *sizes, mug), partial(buy, shop, mug, *reversed(sizes))] * (AT_ONCE // 3))
    assert level(mug).on_hand == level(sizes[0]).on_hand == 500 - ROUNDS * AT_ONCE // 3 * 2


def test_a_table_is_imported_while_its_products_are_bought():
    shop = make_organization()
    mugs = [make_product(shop.id, stock=500) for _ in range(4)]

    def take_in(number: int) -> None:
        content = "sku,name,price\n" + "".join(f"{mug.sku},Mug {number},{number + 1}.00\n" for mug in mugs[::-1])
        table = make_import(shop.id)
        running.run(
            organization_id=shop.id,
            import_id=table.id,
            content=BytesIO(content.encode()),
            size=len(content),
            report=lambda share: None,
            now=NOW,
        )

    for number in range(ROUNDS):
        done([partial(take_in, number), partial(buy, shop, *mugs)] * (AT_ONCE // 2))
    with organization_scope(shop.id):
        assert set(Product.objects.values_list("price_amount", flat=True)) == {ROUNDS * 100}
    assert {level(mug).on_hand for mug in mugs} == {500 - ROUNDS * AT_ONCE // 2}


@pytest.mark.parametrize("what", ["product", "variant"])
def test_what_is_deleted_while_it_is_bought_is_bought_or_gone(what: str):
    shop = make_organization()
    staff = acting_as(shop.owner_id, shop.id)
    for _ in range(ROUNDS):
        mug = make_product(shop.id, stock=500)
        large = make_variant(mug, stock=500)
        delete = (
            partial(delete_product, principal=staff, product_id=mug.id)
            if what == "product"
            else partial(delete_variant, principal=staff, product_id=mug.id, variant_id=large.id)
        )
        results = together([partial(buy, shop, large), delete] * (AT_ONCE // 2))
        assert {type(each) for each in results} <= {type(None), NotFound, ProductInUse}
