"""What the list of products may be asked, under our names and under older ones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.sql.compiler import SQLCompiler

from tenon.domains.catalog.models import Product
from tenon.domains.catalog.services.facets import write_facets
from tenon.domains.catalog.tests.factories import make_category, make_product, make_variant
from tenon.domains.catalog.tests.shops import open_shop
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def shop():
    shop = open_shop()
    mugs = make_category(shop.facts.id, name="Vessels", slug="mugs")
    details = {
        "Mug": {
            "price_amount": 1000,
            "stock": 3,
            "category": mugs,
            "tags": ["outdoor"],
            "attributes": {"color": "red"},
        },
        "Bowl": {"price_amount": 2000, "stock": 0, "attributes": {"color": ["red", "blue"], "size": "M"}},
        "Kettle": {"price_amount": 3000, "stock": 20, "tags": ["outdoor", "tea"], "description": "Whistles."},
    }
    for number, (name, fields) in enumerate(details.items()):
        created_at = DAY + timedelta(days=number)
        product = make_product(shop.facts.id, name=name, sku=name.upper(), created_at=created_at, **fields)
        with organization_scope(shop.facts.id):
            write_facets(product)
    return shop


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filter[price][gte]=20", "Bowl Kettle"),
        ("filter[price][lte]=19.999", "Mug"),
        ("filter[price]=20.00", "Bowl"),
        ("filter[price]=20.001", ""),
        ("filter[price][in]=10,30.00", "Kettle Mug"),
        ("filter[price][in]=999999999999999999,10", "Mug"),
        ("filter[price][gte]=999999999999999999", ""),
        ("filter[price][gte]=-999999999999999999", "Bowl Kettle Mug"),
        ("min_price=10.01&max_price=29.99", "Bowl"),
        ("filter[category_slug]=mugs", "Mug"),
        ("category_slug=mugs", "Mug"),
        ("filter[category_tree]=mugs", "Mug"),
        ("filter[in_stock]=true", "Kettle Mug"),
        ("in_stock=False", "Bowl"),
        ("filter[low_stock]=true", "Bowl Mug"),
        ("low_stock=0", "Kettle"),
        ("min_stock=3", "Kettle Mug"),
        ("filter[stock][lte]=3", "Bowl Mug"),
        ("created_after=2026-11-02", "Bowl Kettle"),
        ("created_before=2026-11-02T00:00:00Z", "Bowl Mug"),
        ("filter[created_at][gte]=2026-11-03T00:00:00Z", "Kettle"),
        ("active=true", "Bowl Kettle Mug"),
        ("active=false", ""),
        ("name=KETT", "Kettle"),
        ("filter[name]=Mug", "Mug"),
        ("sku=MUG", "Mug"),
        ("filter[sku][prefix]=KET", "Kettle"),
        ("filter[tag]=outdoor", "Kettle Mug"),
        ("filter[tag][in]=tea,none", "Kettle"),
        ("filter[attribute]=color:blue", "Bowl"),
        ("filter[attribute][in]=color:blue,color:red", "Bowl Mug"),
        ("filter[attribute][in]=color:red,size:M", "Bowl"),
        ("filter[featured]=true", ""),
    ],
)
def test_what_is_found(shop, query, names):
    assert sorted(shop.guest.names(f"products/?{query}")) == names.split()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Kettle Bowl Mug"),
        ("sort=name", "Bowl Kettle Mug"),
        ("ordering=-price", "Kettle Bowl Mug"),
        ("sort=price", "Mug Bowl Kettle"),
        ("ordering=stock", "Bowl Mug Kettle"),
        ("sort=-stock,name", "Kettle Mug Bowl"),
        ("ordering=created_at", "Mug Bowl Kettle"),
    ],
)
def test_in_which_order(shop, query, names):
    assert shop.guest.names(f"products/?{query}") == names.split()
    pages, path = [], f"products/?limit=1&{query}"
    while path:
        answer = shop.guest.get(path).json()
        pages += [each["name"] for each in answer["data"]]
        following = answer["meta"]["next"]
        path = f"products/?limit=1&{query}&cursor={following}" if following else ""
    assert pages == names.split()


COMMON = [
    ("filter[category]={mugs}", "filter[category]={pots}"),
    ("category_tree=mugs", "category_tree=pots"),
    ("min_price=10&max_price=20", "min_price=9.99&max_price=19.999"),
    ("filter[price][lte]=20&sort=price", "filter[price][lte]=30&sort=price"),
    ("filter[price][in]=10,20,30", "filter[price][in]=1,2,3"),
    ("category_tree=mugs&in_stock=true&sort=-price", "category_tree=pots&in_stock=true&sort=-price"),
    ("filter[tag]=tea", "filter[tag]=outdoor"),
    ("filter[tag][in]=tea,outdoor", "filter[tag][in]=none,any"),
    ("filter[attribute]=color:red", "filter[attribute]=size:M"),
    ("sort=name&limit=1", "sort=name&limit=2"),
]


@pytest.mark.parametrize(("first", "second"), COMMON)
def test_what_is_asked_for_all_the_time_is_built_once(shop, monkeypatch, first, second):
    ids = {name: make_category(shop.facts.id, slug=f"{name}-tree").id for name in ("mugs", "pots")}
    path = f"products/?{first.format(**ids)}"
    expected = shop.guest.names(path)
    built = []
    as_sql = SQLCompiler.as_sql

    def counted(compiler, *args, **kwargs):
        built.extend([compiler.query.model] * (compiler.query.model is Product))
        return as_sql(compiler, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)
    assert shop.guest.names(path) == expected
    shop.guest.names(f"products/?{second.format(**ids)}")
    assert built == []


def test_numbered_pages(shop):
    assert shop.guest.names("products/?page=2&page_size=2&ordering=name") == ["Mug"]


@pytest.mark.parametrize(
    "query",
    [
        "filter[colour]=red",
        "filter[price]=cheap",
        "min_price=-",
        "filter[attribute]=red",
        "in_stock=maybe",
        "ordering=colour",
        "created_after=yesterday",
        "min_price=1&filter[price][gte]=2",
        "colour=red",
    ],
)
def test_what_is_not_understood_is_refused(shop, query):
    answer = shop.guest.get(f"products/?{query}")
    assert answer.status_code == 400, answer.content


def test_variants_count_in_stock(shop):
    bowl = make_product(shop.facts.id, name="Pan", stock=100, price_amount=9900)
    make_variant(bowl, stock=0)
    assert "Pan" not in shop.guest.names("products/?in_stock=true")
    make_variant(bowl, stock=1)
    assert "Pan" in shop.guest.names("products/?in_stock=true")
