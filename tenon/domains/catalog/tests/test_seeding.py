"""Sample products, and the commands that move products."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Sum

from tenon.domains.catalog.engines.samples import sample, sku_of
from tenon.domains.catalog.models import (
    Category,
    Product,
    ProductFacet,
    ProductImport,
    ProductVariant,
    SearchDocument,
    StockLevel,
    StockMovement,
)
from tenon.domains.catalog.selectors import catalog_version
from tenon.domains.catalog.selectors.search import found
from tenon.domains.catalog.services import seeding
from tenon.domains.catalog.services.facets import write_facets
from tenon.domains.catalog.tests.factories import make_organization, make_product
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_organization()


def seed(shop, *options):
    call_command("seed_products", *options, organization=str(shop.id))


def count(shop):
    with organization_scope(shop.id):
        return Product.objects.count()


def test_the_same_number_is_the_same_product():
    assert sample(17) == sample(17)
    assert len({sample(number).sku for number in range(1, 500)}) == 499
    assert len({sample(number).name for number in range(1, 500)}) == 499


def test_products_are_whole(shop):
    seed(shop, "--count", "24")
    with organization_scope(shop.id):
        assert Product.objects.count() == 24
        assert Category.objects.count() == 25
        assert ProductVariant.objects.count() == 18
        assert StockLevel.objects.count() == 42
        on_hand = StockLevel.objects.aggregate(total=Sum("on_hand"))["total"]
        assert StockMovement.objects.aggregate(total=Sum("quantity_change"))["total"] == on_hand
        assert set(ProductFacet.objects.values_list("name", flat=True)) == {"", "brand", "color", "material", "size"}
        varied = Product.objects.filter(variant_count=3).first()
        assert ProductVariant.objects.filter(product=varied).count() == 3


def test_rows_are_those_that_the_services_write(shop, monkeypatch):
    monkeypatch.setattr(seeding, "BATCH", 5)
    seed(shop, "--count", "12")
    with organization_scope(shop.id):
        on_hand = dict(StockLevel.objects.values_list("item_id", "on_hand"))
        moved = StockMovement.objects.values("product_id", "variant_id").annotate(sum=Sum("quantity_change"))
        assert {row["variant_id"] or row["product_id"]: row["sum"] for row in moved} == {
            item: there for item, there in on_hand.items() if there
        }
        facets = set(ProductFacet.objects.values_list("id", flat=True))
        for product in Product.objects.all():
            write_facets(product)
        assert set(ProductFacet.objects.values_list("id", flat=True)) == facets
        varied = Product.objects.get(sku=sku_of(4))
        assert list(varied.variants.order_by("position").values_list("name", flat=True)) == ["Small", "Medium", "Large"]
        assert SearchDocument.objects.count() == 12
        if connection.features.can_defer_constraint_checks:
            assert list(Product.objects.filter(pk__in=found("seed0000004m"))) == [varied]
            assert set(SearchDocument.objects.values_list("version", flat=True)) == {1}


def test_one_import_and_one_event_tell_of_the_whole(shop, monkeypatch):
    monkeypatch.setattr(seeding, "BATCH", 5)
    seed(shop, "--count", "12")
    seed(shop, "--count", "12")
    with organization_scope(shop.id):
        run = ProductImport.objects.get()
        assert (run.created, run.line, run.finished_at is None) == (12, 12, False)
        assert set(StockMovement.objects.values_list("reference_id", flat=True)) == {run.id}
        assert catalog_version() == 4  # the categories, and three transactions
    event = Entry.objects.get(name="product.imported")
    assert (event.payload["import_id"], event.payload["created"]) == (str(run.id), 12)


def test_progress_is_told_of_what_takes_long(shop, monkeypatch, capsys):
    monkeypatch.setattr(seeding, "BATCH", 5)
    seed(shop, "--count", "5")
    assert " of 5" not in capsys.readouterr().out
    seed(shop, "--count", "7")
    said = capsys.readouterr().out
    assert "5 of 7, " in said
    assert "7 of 7, " in said


def test_what_is_there_stays_and_clear_removes_samples_alone(shop):
    make_product(shop.id, sku="OWN")
    seed(shop, "--count", "5")
    seed(shop, "--count", "7")
    assert count(shop) == 8
    seed(shop, "--clear", "--categories-only")
    assert count(shop) == 1
    with organization_scope(shop.id):
        assert Category.objects.count() == 25


def test_products_go_out_and_come_in(shop, tmp_path, capsys):
    seed(shop, "--count", "3")
    table = tmp_path / "products.csv"
    call_command("export_products", str(table), organization=shop.slug)
    other = make_organization()
    call_command("import_products", str(table), "--dry-run", organization=str(other.id))
    assert count(other) == 0
    call_command("import_products", str(table), organization=str(other.id))
    assert "3 products were made" in capsys.readouterr().out
    assert count(other) == 3
    table.write_text("sku,name\nA,\n")
    with pytest.raises(SystemExit):
        call_command("import_products", str(table), organization=str(other.id))
    assert "2,A,price:required" in capsys.readouterr().err.replace("name:required ", "")


def test_commands_name_what_they_do_not_find(shop, tmp_path):
    for arguments in (
        ("seed_products", "--organization", "nowhere"),
        ("import_products", str(tmp_path / "none.csv"), "--organization", str(shop.id)),
        ("export_products", str(tmp_path / "no" / "folder.csv"), "--organization", str(shop.id)),
        ("seed_products", "--count", "-1"),
    ):
        with pytest.raises(CommandError):
            call_command(*arguments)
