"""Products that come in as tables, and go out as such."""

from datetime import timedelta
from io import BytesIO

import pytest

from tenon.domains.catalog.engines import tables
from tenon.domains.catalog.errors import UnreadableTable
from tenon.domains.catalog.models import (
    PriceChange,
    Product,
    ProductFacet,
    ProductImport,
    RejectedRow,
    StockLevel,
    StockMovement,
)
from tenon.domains.catalog.services import imports
from tenon.domains.catalog.services.imports import running
from tenon.domains.catalog.tests.factories import NOW, make_organization, make_product, make_variant
from tenon.kernel.principal import SYSTEM
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
HEAD = "sku,name,price,stock,category,tags,attributes,barcode,is_active\n"


@pytest.fixture
def shop():
    return make_organization()


def begin(shop, *, dry_run=False, currency="USD"):
    with organization_scope(shop.id):
        return imports.begin(principal=SYSTEM, dry_run=dry_run, currency=currency, now=NOW)


def take_in(shop, text, table=None, **options):
    table = table or begin(shop, **options)
    content = text.encode() if isinstance(text, str) else text
    return imports.run(
        organization_id=shop.id,
        import_id=table.id,
        content=BytesIO(content),
        size=len(content),
        report=lambda progress: None,
        now=NOW,
    )


def rejected(shop):
    with organization_scope(shop.id):
        return {row.line: row.reasons for row in RejectedRow.objects.order_by("line")}


def products(shop):
    with organization_scope(shop.id):
        return {product.sku: product for product in Product.objects.select_related("category")}


def numbers(result):
    return [result[name] for name in ("created", "updated", "unchanged", "rejected")]


def test_rows_make_products_and_change_them(shop):
    table = HEAD + (
        'MUG-01,Celadon mug,24.99,12,Home > Mugs,tea|gift,"{""glaze"": [""celadon"", ""green""]}",4006381333931,yes\n'
        "PLATE,Plate,9.50,0,Home,,,,no\n"
    )
    assert numbers(take_in(shop, table)) == [2, 0, 0, 0]
    mug = products(shop)["MUG-01"]
    assert (mug.price_amount, mug.currency, mug.category.name, mug.tags) == (2499, "USD", "Mugs", ["tea", "gift"])
    with organization_scope(shop.id):
        assert mug.category.parent.name == "Home"
        assert set(ProductFacet.objects.filter(product=mug).values_list("name", "value")) == {
            ("", "tea"),
            ("", "gift"),
            ("glaze", "celadon"),
            ("glaze", "green"),
        }
        (movement,) = StockMovement.objects.all()
        assert (movement.quantity_change, movement.reference_kind) == (12, "import")
    assert not products(shop)["PLATE"].is_active
    assert numbers(take_in(shop, table)) == [0, 0, 2, 0]
    assert numbers(take_in(shop, "sku,price,stock\nMUG-01,19.99,10\n")) == [0, 1, 0, 0]
    changed = products(shop)["MUG-01"]
    assert (changed.name, changed.price_amount, changed.version) == ("Celadon mug", 1999, 2)
    with organization_scope(shop.id):
        assert StockLevel.objects.get(item_id=mug.id).on_hand == 10
        assert sorted(StockMovement.objects.values_list("quantity_change", flat=True)) == [-2, 12]
        assert list(PriceChange.objects.values_list("old_amount", "new_amount")) == [(2499, 1999)]


def test_what_is_wrong_is_named_by_line_and_the_rest_is_taken(shop):
    product = make_product(shop.id, sku="TAKEN", barcode="123", stock=5)
    make_variant(product, sku="SIZE-M")
    held = StockLevel.objects
    with organization_scope(shop.id):
        held.filter(item_id=product.id).update(allocated=4)
    table = HEAD + (
        ",No SKU,1,,,,,,\n"
        '"A","Two\nlines",1,,,,,,\n'
        "B,,1,,,,,,\n"
        "C,Free,0,,,,,,\n"
        "D,Fine,1.999,,,,,,\n"
        "E,Words,lots,many,,,nonsense,,perhaps\n"
        "F,Barcode,1,,,,,123,\n"
        "SIZE-M,Variant,1,,,,,,\n"
        "TAKEN,,,3,,,,,\n"
        "G,Good,1,,,,,,\n"
        "H,Too,1,,,,,,,,,\n"
    )
    assert numbers(take_in(shop, table)) == [1, 0, 0, 10]
    assert rejected(shop) == {
        2: ["sku:required"],
        3: ["name:invalid_character"],
        5: ["name:required"],
        6: ["price:out_of_range"],
        7: ["price:not_an_amount"],
        8: ["stock:not_a_number"],
        9: ["barcode:taken"],
        10: ["sku:of_a_variant"],
        11: ["stock:set_aside"],
        13: ["too_many_cells"],
    }


@pytest.mark.parametrize(
    "attributes",
    [r'{"a": "\u0000"}', r'{"a": "\ud800"}', r'{"\udfff": "a"}', '{"a:b": "c"}', '{"a": []}', '{"a": 1}'],
    ids=["nul", "half-pair", "half-pair-name", "colon", "none", "number"],
)
def test_attributes_that_no_column_holds_are_rejected_with_their_row_alone(shop, attributes):
    cell = attributes.replace('"', '""')
    table = f'sku,name,price,attributes\nBAD,Bad,1,"{cell}"\nGOOD,Good,1,"{{""size"": [""S"", ""M""]}}"\n'
    assert numbers(take_in(shop, table)) == [1, 0, 0, 1]
    assert rejected(shop) == {2: ["attributes:not_texts"]}
    assert products(shop)["GOOD"].attributes == {"size": ["S", "M"]}


def test_a_dry_run_changes_nothing_and_says_the_same(shop):
    make_product(shop.id, sku="OLD", stock=1)
    table = HEAD + "NEW,New,1,5,Home,,,,\nOLD,Renamed,,,,,,,\nBAD,,,,,,,,\n"
    assert numbers(take_in(shop, table, dry_run=True)) == [1, 1, 0, 1]
    assert set(products(shop)) == {"OLD"}
    with organization_scope(shop.id):
        assert not StockMovement.objects.filter(reference_kind="import").exists()
    assert numbers(take_in(shop, table)) == [1, 1, 0, 1]


def test_an_import_goes_on_where_it_stood(shop, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    table = begin(shop)
    text = HEAD + "".join(f"S{number},Product {number},1,1,,,,,\n" for number in range(7))
    whole = running._apply
    calls = []

    def failing(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise ConnectionError
        whole(*args, **kwargs)

    monkeypatch.setattr(running, "_apply", failing)
    with pytest.raises(ConnectionError):
        take_in(shop, text, table)
    assert len(products(shop)) == 4
    assert numbers(take_in(shop, text, table)) == [7, 0, 0, 0]
    assert numbers(take_in(shop, text, table)) == [7, 0, 0, 0]
    with organization_scope(shop.id):
        assert StockMovement.objects.count() == 7


def test_a_product_that_is_named_twice_is_what_the_last_row_says(shop):
    assert numbers(take_in(shop, "sku,name,price\nA,First,1\nA,Second,2\n")) == [1, 1, 0, 0]
    assert products(shop)["A"].name == "Second"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,price\nA,1\n", "no_sku_column"),
        (b"sku,colour\nA,1\n", "unknown_column"),
        (b"sku,sku\nA,1\n", "columns_repeated"),
        (b"sku,name\rA,Lamp\r", "broken_header"),
        (b"sku," + b"x" * 140_000 + b"\nA,Lamp\n", "broken_header"),
        (b"sku,name\nA,\xff\xfe\n", "not_utf8"),
        (b'sku,name\nA,"open\n', "broken_quotes"),
        (b"", "no_sku_column"),
        (b"sku,name\nA," + b"x" * (tables.MOST_LINE + 70_000), "line_too_long"),
    ],
)
def test_what_is_no_table_is_refused(shop, content, reason):
    with pytest.raises(UnreadableTable) as refused:
        take_in(shop, content)
    assert refused.value.extra["reason"] == reason


def test_organizations_have_skus_of_their_own(shop):
    other = make_organization()
    make_product(other.id, sku="A", name="Theirs")
    take_in(shop, "sku,name,price\nA,Ours,1\n")
    assert products(other)["A"].name == "Theirs"
    assert products(shop)["A"].name == "Ours"


def test_the_number_of_queries_does_not_grow_with_the_rows(shop):
    few = "sku,name,price,stock,category,tags\n" + "".join(f"A{n},N,1,1,Home,x\n" for n in range(3))
    many = "sku,name,price,stock,category,tags\n" + "".join(f"B{n},N,1,1,Home,x\n" for n in range(90))
    table, other = begin(shop), begin(shop)
    with query_budget(30) as small:
        take_in(shop, few, table)
    with query_budget(len(small) + 2):
        take_in(shop, many, other)


def test_what_goes_out_comes_in_as_it_was(shop):
    take_in(
        shop,
        "sku;name;price;stock;category;attributes;description\n"
        '=1+1;@cmd;1;3;Home > Mugs;{};"-2+3\nsecond line; with a semicolon"\n'
        'J;Юбка "Miracle", red;2.50;;;"{""size"": ""M""}";\n',
    )
    target = BytesIO()
    assert imports.export(organization_id=shop.id, target=target, report=lambda progress: None) == 2
    text = target.getvalue().decode()
    assert text.startswith(",".join(tables.COLUMNS))
    assert "\n'=1+1,'@cmd,\"'-2+3\nsecond line; with a semicolon\",Home > Mugs,1.00" in text.replace("\r\n", "\n")
    before = {sku: (row.name, row.description, row.attributes) for sku, row in products(shop).items()}
    assert numbers(take_in(shop, text)) == [0, 0, 2, 0]
    other = make_organization()
    assert numbers(take_in(other, text)) == [2, 0, 0, 0]
    assert {sku: (row.name, row.description, row.attributes) for sku, row in products(other).items()} == before


def test_old_imports_are_forgotten_with_what_they_rejected(shop):
    take_in(shop, "sku,name\nA,\n")
    assert imports.purge(now=NOW + timedelta(days=29)) == 0
    assert imports.purge(now=NOW + timedelta(days=31)) == 1
    with organization_scope(shop.id):
        assert not ProductImport.objects.exists()
        assert not RejectedRow.objects.exists()
