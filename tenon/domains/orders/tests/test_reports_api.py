"""Reports over HTTP: JSON and tables, and who may ask for which days."""

import csv
from io import StringIO
from typing import Any

import pytest

from tenon.domains.orders.api import report_bodies, report_serializers
from tenon.domains.orders.services import ledger
from tenon.domains.orders.tests.factories import Shop, add_member, make_order, make_product
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import start_session
from tenon.testing.client import Answer, Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db

REVENUE, SELLERS, LOW_STOCK = (f"/api/v1/reports/{name}/" for name in ("revenue", "best-sellers", "low-stock"))
EVERY = (REVENUE, SELLERS, LOW_STOCK)


@pytest.fixture
def shop() -> Shop:
    return Shop()


class Staff:
    """Somebody of the shop, who asks for reports."""

    def __init__(self, shop: Shop, person: Any = None) -> None:
        self.shop = shop
        user = person or User.objects.get(pk=shop.staff.id)
        self.api = Api(token=start_session(user, now=clock.now()).access)

    def get(self, path: str, **headers: str) -> Answer:
        return self.api.get(path, headers={"X-Organization-ID": str(self.shop.id), **headers})


def sell(shop: Shop, **fields: Any) -> None:
    order = make_order(shop.id, **{"product_id": shop.product.id, "state": "confirmed", **fields})
    with organization_scope(shop.id):
        ledger.book_sale(order, now=clock.now())


def rows(answer: Answer) -> list[dict[str, str]]:
    """The rows of a table by their columns."""
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(StringIO(answer.content.decode(), newline="")))


def test_revenue_as_json_and_as_a_table(shop: Shop):
    sell(shop, quantity=2, price=1000)
    staff = Staff(shop)
    body = staff.get(REVENUE).json()
    assert set(body) == set(report_serializers.RevenueSerializer().fields)
    assert set(body["data"][0]) == set(report_serializers.RevenueDaySerializer().fields)
    assert set(body["totals"]) == set(report_serializers.TakingsSerializer().fields)
    assert len(body["data"]) == 30
    assert body["totals"]["gross_money"] == {"amount": 2000, "currency": "USD"}
    today = body["data"][-1]
    assert (today["date"], today["orders"], today["units"], today["net"]) == (body["until"], 1, 2, "20.00")
    answer = staff.get(f"{REVENUE}?format=csv")
    assert answer["Content-Disposition"] == (f'attachment; filename="revenue-{body["since"]}-{body["until"]}.csv"')
    table = rows(answer)
    assert tuple(table[0]) == report_bodies.REVENUE_COLUMNS
    assert [row["date"] for row in table] == [row["date"] for row in body["data"]]
    assert (table[-1]["net"], table[-1]["currency"], table[-1]["orders"]) == ("20.00", "USD", "1")


def test_a_day_below_zero_is_a_number_in_a_table(shop: Shop):
    order = make_order(shop.id, state="confirmed")
    with organization_scope(shop.id):
        ledger.book_refund(order, reference_id=new_id(), amount=599, now=clock.now())
    assert rows(Staff(shop).get(f"{REVENUE}?format=csv"))[-1]["net"] == "-5.99"


def test_best_sellers_as_json_and_as_a_table(shop: Shop):
    sell(shop, quantity=2, price=1000)
    evil = make_product(shop.id, name='=HYPERLINK("http://evil.example")', sku="@SUM(A1)")
    sell(shop, quantity=1, product_id=evil.id, price=9000)
    staff = Staff(shop)
    body = staff.get(SELLERS).json()
    assert set(body) == set(report_serializers.SellersSerializer().fields)
    assert set(body["data"][0]) == set(report_serializers.SellerSerializer().fields)
    assert [row["units"] for row in body["data"]] == [2, 1]
    assert body["data"][1]["name"] == evil.name
    table = rows(staff.get(f"{SELLERS}?sort=-revenue&limit=1&format=csv"))
    assert [row["revenue"] for row in table] == ["90.00"]
    assert (table[0]["name"], table[0]["sku"]) == (f"'{evil.name}", "'@SUM(A1)")
    assert staff.get(f"{SELLERS}?group_by=product").json()["data"][0]["variant_id"] is None


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("", "*/*", "application/json"),
        ("", "text/csv", "text/csv"),
        ("", "text/csv;q=0.5, application/json", "application/json"),
        ("?format=csv", "application/json", "text/csv"),
        ("?format=json", "text/csv", "application/json"),
    ],
)
def test_what_is_asked_for_is_answered(shop: Shop, path: str, query: str, accept: str, media_type: str):
    answer = Staff(shop).get(f"{path}{query}", Accept=accept)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, media_type)
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize("path", EVERY)
def test_what_cannot_be_answered_is_said(shop: Shop, path: str):
    staff = Staff(shop)
    assert staff.get(path, Accept="application/xml").status_code == 406
    for query, parameter in (("format=xml", "format"), ("secret=1", "secret")):
        answer = staff.get(f"{path}?{query}", Accept="text/csv")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("since=2026-11-02&until=2026-11-01", "until", "ends_before_it_begins"),
        ("since=2020-01-01&until=2026-01-01", "since", "too_long"),
        ("since=0001-01-01", "since", "out_of_range"),
        ("until=9999-12-31", "until", "out_of_range"),
        ("since=yesterday", "since", "invalid"),
        ("since=2026-02-30", "since", "invalid"),
        ("since=2026-11-01T00:00:00Z", "since", "invalid"),
        ("currency=XXQ", "currency", "unknown"),
    ],
)
def test_days_that_make_no_period_are_named(shop: Shop, query: str, parameter: str, code: str):
    for path in (REVENUE, SELLERS):
        answer = Staff(shop).get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]
        assert answer.json()["errors"][0]["code"] == code


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "sort=units", "group_by=category"])
def test_sellers_are_asked_for_as_documented(shop: Shop, query: str):
    assert Staff(shop).get(f"{SELLERS}?{query}").status_code == 400


def test_words_and_scopes(shop: Shop):
    clerk, bookkeeper = add_member(shop.id), add_member(shop.id, role="billing")
    assert [Staff(shop, bookkeeper).get(path).status_code for path in EVERY] == [200, 200, 403]
    assert [Staff(shop, clerk).get(path).status_code for path in EVERY] == [403, 403, 200]
    key = Api(token=make_key(shop.id, "orders:read").secret)
    assert [key.get(path).status_code for path in EVERY] == [200, 200, 403]


def test_low_stock_as_json_and_as_a_table(shop: Shop):
    low = make_product(shop.id, name="Low", sku="LOW", stock=2)
    make_product(shop.id, stock=2, is_active=False)
    make_product(shop.id, stock=2, track_inventory=False)
    make_product(shop.id, stock=6)
    staff = Staff(shop)
    body = staff.get(LOW_STOCK).json()
    assert [(row["product_id"], row["available"], row["min_stock_level"]) for row in body["data"]] == [
        (str(low.id), 2, 5)
    ]
    assert body["has_more"] is False
    assert [(row["name"], row["sku"], row["available"]) for row in rows(staff.get(f"{LOW_STOCK}?format=csv"))] == [
        ("Low", "LOW", "2")
    ]
    make_product(shop.id, name="Gone", stock=0)
    first = staff.get(f"{LOW_STOCK}?limit=1").json()
    assert ([row["name"] for row in first["data"]], first["has_more"]) == (["Gone"], True)


@pytest.mark.parametrize(("path", "most"), [(REVENUE, 2), (SELLERS, 2), (LOW_STOCK, 1)])
def test_reports_cost_no_more_for_more(shop: Shop, path: str, most: int):
    """One query for the report; and one for the time zone and the currency, where there are days."""
    staff = Staff(shop)
    for _ in range(3):
        sell(shop, product_id=make_product(shop.id, stock=1).id)
    staff.get(path)
    with query_budget(100) as before:
        assert staff.get(f"/api/v1/orders/{new_id()}/notes/").status_code == 404
    with query_budget(most + len(before) - 1):
        assert staff.get(path).status_code == 200
