"""The search over HTTP."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from tenon.domains.catalog.models import ProductFacet
from tenon.domains.catalog.tests.factories import add_member, make_category, make_organization, make_product
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

# MariaDB's index for full text knows what is committed, and nothing else.
pytestmark = pytest.mark.django_db(transaction=True)
SEARCH = "/api/v1/products/search/"


@pytest.fixture
def shop():
    return make_organization()


def search(shop, api=None, **query):
    answer = (api or Api()).get(f"{SEARCH}?{urlencode(query)}", headers={"X-Organization-ID": str(shop.id)})
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(body):
    return [row["name"] for row in body["data"]]


def test_a_guest_finds_a_product_and_sees_why(shop):
    mugs = make_category(shop.id, name="Mugs", slug="mugs")
    make_product(shop.id, name="Celadon <mug>", description="A mug & a saucer.", category=mugs)
    make_product(shop.id, name="Plate")
    body = search(shop, q="mug")
    (product,) = body["data"]
    assert product["price"] == "24.99"
    assert product["price_money"] == {"amount": 2499, "currency": "USD"}
    assert product["category"]["slug"] == "mugs"
    assert product["highlights"] == {
        "name": "Celadon &lt;<mark>mug</mark>&gt;",
        "description": "A <mark>mug</mark> &amp; a saucer.",
    }
    assert body["meta"] == {"next": None, "prev": None, "total": 1, "approximate": False}
    assert "facets" not in body


def test_pages_go_forth_and_back_without_a_gap(shop):
    made = [make_product(shop.id, name="Lamp" + " tall" * (number % 3)).name for number in range(7)]
    first = search(shop, q="lamp", limit=3)
    second = search(shop, q="lamp", limit=3, cursor=first["meta"]["next"])
    third = search(shop, q="lamp", limit=3, cursor=second["meta"]["next"])
    assert third["meta"]["next"] is None
    ids = [row["id"] for page in (first, second, third) for row in page["data"]]
    assert len(set(ids)) == len(made)
    assert [len(name) for page in (first, second, third) for name in names(page)] == sorted(map(len, made))
    assert search(shop, q="lamp", limit=3, cursor=third["meta"]["prev"])["data"] == second["data"]
    assert second["meta"]["total"] == 7


def test_facets_count_what_was_found_and_narrow_it(shop):
    clothes = make_category(shop.id, name="Clothes", slug="clothes")
    shirts = make_category(shop.id, name="Tops", slug="tops", parent=clothes)
    for number, color in enumerate(["red", "red", "blue"]):
        product = make_product(shop.id, name=f"Shirt {number}", category=shirts, price_amount=1000 * (number + 1))
        with organization_scope(shop.id):
            ProductFacet.objects.create(product=product, name="color", value=color)
            ProductFacet.objects.create(product=product, name="", value="summer")
    make_product(shop.id, name="Lamp")
    facets = search(shop, q="shirt", facets="true")["facets"]
    assert [(each["slug"], each["count"]) for each in facets["categories"]] == [("tops", 3)]
    assert facets["attributes"] == [
        {"name": "color", "values": [{"value": "red", "count": 2}, {"value": "blue", "count": 1}]}
    ]
    assert facets["tags"] == [{"value": "summer", "count": 3}]
    assert [(each["from"], each["to"], each["count"]) for each in facets["prices"]] == [
        ("10.00", "20.00", 1),
        ("20.00", "50.00", 2),
    ]
    for narrowing, expected in (
        ({"filter[attribute]": "color:blue"}, ["Shirt 2"]),
        ({"filter[attribute][in]": "color:blue,color:green"}, ["Shirt 2"]),
        ({"filter[attribute][in]": "color:red,size:M"}, []),
        ({"filter[price][gte]": "10.01", "filter[price][lte]": "20"}, ["Shirt 1"]),
        ({"filter[category]": "clothes", "filter[tag]": "summer", "filter[price][lte]": "10"}, ["Shirt 0"]),
        ({"filter[category]": "nowhere"}, []),
    ):
        assert names(search(shop, q="shirt", **narrowing)) == expected, narrowing


def test_what_is_not_active_is_found_by_staff_alone(shop):
    make_product(shop.id, name="Draft", is_active=False)
    assert names(search(shop, q="draft")) == []
    assert names(search(shop, signed_in(add_member(shop.id)), q="draft")) == ["Draft"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%20",
        f"q={'x' * 201}",
        "q=a&page=2",
        "q=a&facets=1",
        "q=a&cursor=x",
        "q=a&filter[attribute]=red",
        "q=a&filter[price]=1",
    ],
)
def test_a_question_that_is_none_is_refused(shop, query):
    answer = Api().get(f"{SEARCH}?{query}", headers={"X-Organization-ID": str(shop.id)})
    assert answer.status_code == 400, answer.content


def test_a_cursor_belongs_to_its_question(shop):
    for _ in range(2):
        make_product(shop.id, name="Lamp shade")
    cursor = search(shop, q="lamp", limit=1)["meta"]["next"]
    answer = Api().get(f"{SEARCH}?q=shade&limit=1&cursor={cursor}", headers={"X-Organization-ID": str(shop.id)})
    assert answer.json()["code"] == "invalid_cursor"


def test_the_number_of_queries_does_not_grow(shop):
    for number in range(12):
        make_product(shop.id, name=f"Lamp {number}")
    with query_budget(6):
        assert len(search(shop, q="lamp")["data"]) == 12
    with query_budget(9):
        search(shop, q="lamp", facets="true")


# A NUL is refused with 400 wherever it stands.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)
NASTY = st.lists(
    st.sampled_from(
        [
            "'",
            '"',
            "\\",
            ":*",
            "&",
            "|",
            "!",
            "<->",
            "(",
            ")",
            "*",
            "-",
            "+",
            "~",
            "@",
            "NEAR(",
            "AND",
            "OR",
            "NOT",
            "{name}:",
            "^",
            "%",
            "_",
            "lamp",
            "zn",
            "'/o'",
            "$$",
            "—",
            "ﷺ",
            "é",
            "🛋",
        ]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@settings(max_examples=60)
@given(text=WORDS | NASTY)
def test_no_text_is_an_error(text):
    """One organization for all examples: none of them changes anything."""
    shop = make_organization()
    answer = Api().get(
        f"{SEARCH}?{urlencode({'q': text, 'facets': 'true'})}", headers={"X-Organization-ID": str(shop.id)}
    )
    assert answer.status_code in ({200, 400} if not text.strip() else {200}), (text, answer.content)


@pytest.mark.postgresql
def test_typos_are_forgiven(shop):
    make_product(shop.id, name="Leather jacket")
    make_product(shop.id, name="Lamp")
    body = search(shop, q="jaket")
    assert names(body) == ["Leather jacket"]
    assert body["meta"]["approximate"] is True
    assert names(search(shop, q="xylophone")) == []


@pytest.mark.postgresql
def test_the_function_answers_for_the_organization_of_the_scope_and_no_other(shop):
    other = make_organization()
    make_product(other.id, name="Secret lamp")
    own = make_product(shop.id, name="Lamp")
    ours, theirs = shop.id.hex, other.id.hex
    # As the application role, with a question that asks for the other organization's mark itself.
    asked = f"'/o{ours}' | '/o{theirs}' | 'lamp' | 'secret'"
    call = "SELECT product_id FROM catalog_search(%s, %s, %s, %s, %s, true, 100)"
    parameters = [asked, asked, asked, asked, ["secret"]]
    with organization_scope(shop.id, read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()
        cursor.execute(call, parameters)
        assert [key for (key,) in cursor.fetchall()] == [own.id]
        cursor.execute("SELECT current_user, current_setting('role')")
        assert cursor.fetchone() == (*before, "none")
        cursor.execute("SELECT id FROM catalog_searchdocument")
        assert [key for (key,) in cursor.fetchall()] == [own.id]
    with connection.cursor() as cursor:  # no scope, no rows
        cursor.execute(call, parameters)
        assert cursor.fetchall() == []


@pytest.mark.postgresql
def test_the_index_is_used_under_row_level_security(shop):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'catalog_search'")
        secdef, settings_ = cursor.fetchone()
    assert not secdef
    assert "role=tenon_test_system" in settings_


@pytest.mark.parametrize("parameter", ["search", "filter[search]"])
def test_the_list_of_products_is_searched_as_well(shop, parameter):
    mugs = make_category(shop.id, name="Mugs", slug="mugs")
    make_product(shop.id, name="Kettle", description="With a whistle.")
    make_product(shop.id, name="Mug", category=mugs, is_active=False)
    make_product(shop.id, name="Tin", category=mugs)

    def listed(path, text):
        query = urlencode({parameter: text, "sort": "name"})
        answer = Api().get(f"/api/v1/{path}?{query}", headers={"X-Organization-ID": str(shop.id)})
        assert answer.status_code == 200, answer.content
        return names(answer.json())

    assert listed("products/", "whis") == ["Kettle"]
    assert listed("products/", "mugs") == ["Tin"]
    assert listed("products/", "*'") == []
    assert listed(f"categories/{mugs.id}/products/", "tin") == ["Tin"]
