"""Walking a list visits each row once, in order, whatever the order, the ties, and the rows that come meanwhile."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tenon.kernel.http import totals
from tenon.kernel.http.pagination import MAX_OFFSET
from tenon.kernel.http.tests.test_problems import problem
from tenon.kernel.outbox.models import Entry

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = ("name", "attempts", "created_at")
SORTS = [
    ",".join(f"{sign}{name}" for sign, name in zip(signs, names, strict=True))
    for names in [("name",), ("attempts",), ("created_at",), ("name", "attempts"), ("created_at", "name"), FIELDS]
    for signs in product(["", "-"], repeat=len(names))
]
# Few values each, so that ties are the rule.
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 2)), max_size=12)


@pytest.fixture(params=["/entries/", "/entries/compiled/"])
def client(request) -> Client:
    """Reads the list by a queryset, or by statements that are built once."""
    reader = Client(raise_request_exception=False)
    reader.entries = request.param
    return reader


def insert(*rows: tuple[str, int, int]) -> list[Entry]:
    return Entry.objects.bulk_create(
        Entry(kind="job", name=name, attempts=attempts, created_at=START + timedelta(microseconds=age))
        for name, attempts, age in rows
    )


def fetch(client, **query: object) -> dict:
    response = client.get(client.entries, query)
    assert response.status_code == 200, response.content
    return response.json()


def walk(client, way: str, **query: object) -> list[list[str]]:
    """The ids of every page from the one that `query` asks for on."""
    pages = []
    while True:
        page = fetch(client, total="false", **query)
        pages.append([row["id"] for row in page["data"]])
        if page["meta"][way] is None:
            return pages
        query["cursor"] = page["meta"][way]


def expected(sort: str) -> list[str]:
    """The ids in the order that `sort` means, the id deciding between equals in the direction of the last field."""
    words = sort.split(",")
    words.append("-id" if words[-1].startswith("-") else "id")
    rows = list(Entry.objects.all())
    for word in reversed(words):
        rows.sort(key=lambda row: getattr(row, word.removeprefix("-")), reverse=word.startswith("-"))
    return [str(row.id) for row in rows]


property_test = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@property_test
@given(rows=ROWS, sort=st.sampled_from(SORTS), limit=st.integers(1, 5))
def test_forwards_and_backwards_visit_each_row_once_in_order(client, rows, sort, limit):
    Entry.objects.all().delete()
    insert(*rows)
    ids = expected(sort)

    forwards = walk(client, "next", sort=sort, limit=limit)
    assert [row for page in forwards for row in page] == ids
    assert all(len(page) == limit for page in forwards[:-1])

    last = fetch(client, sort=sort, limit=limit)
    while last["meta"]["next"]:
        last = fetch(client, sort=sort, limit=limit, cursor=last["meta"]["next"])
    if last["meta"]["prev"]:
        backwards = walk(client, "prev", sort=sort, limit=limit, cursor=last["meta"]["prev"])
        assert [row for page in reversed(backwards) for row in page] == ids[: len(ids) - len(last["data"])]


@property_test
@given(
    rows=ROWS.filter(bool),
    late=ROWS.filter(bool),
    sort=st.sampled_from(SORTS),
    limit=st.integers(1, 4),
    gone=st.sets(st.integers(0, 11)),
)
def test_rows_that_come_and_go_move_no_other(client, rows, late, sort, limit, gone):
    Entry.objects.all().delete()
    insert(*rows)
    order = expected(sort)
    query: dict[str, object] = {"sort": sort, "limit": limit}
    seen: list[str] = []
    removed: set[str] = set()
    late_rows = list(late)
    while True:
        page = fetch(client, total="false", **query)
        seen += [row["id"] for row in page["data"]]
        if page["meta"]["next"] is None:
            break
        query["cursor"] = page["meta"]["next"]
        if late_rows:
            insert(late_rows.pop())
        for position in gone & set(range(len(order))):
            removed.add(order[position])
        Entry.objects.filter(id__in=removed).delete()

    assert len(seen) == len(set(seen))
    steady = [row for row in order if row not in removed]
    assert [row for row in seen if row in steady] == steady


def test_the_way_back_from_beyond_the_end(client):
    rows = insert(*[("a", 0, age) for age in range(4)])
    first = fetch(client, sort="created_at", limit=2)
    Entry.objects.filter(id__in=[rows[2].id, rows[3].id]).delete()

    beyond = fetch(client, sort="created_at", limit=2, cursor=first["meta"]["next"])
    assert beyond["data"] == []
    assert beyond["meta"]["next"] is None
    back = fetch(client, sort="created_at", limit=2, cursor=beyond["meta"]["prev"])
    assert [row["id"] for row in back["data"]] == [str(rows[0].id), str(rows[1].id)]

    Entry.objects.filter(id=rows[0].id).delete()
    second = fetch(client, sort="created_at", limit=1)
    insert(("a", 0, 9))
    third = fetch(client, sort="created_at", limit=1, cursor=fetch(client, sort="created_at", limit=1)["meta"]["next"])
    Entry.objects.filter(id=second["data"][0]["id"]).delete()
    before = fetch(client, sort="created_at", limit=1, cursor=third["meta"]["prev"])
    assert before["data"] == []
    assert before["meta"]["prev"] is None
    again = fetch(client, sort="created_at", limit=1, cursor=before["meta"]["next"])
    assert again["data"] == third["data"]


def test_instances_in_the_order_of_another_table(client):
    Permission.objects.all().delete()
    for app in ("one", "two"):
        kind = ContentType.objects.create(app_label=app, model="thing")
        for number in range(2):
            Permission.objects.create(content_type=kind, codename=f"{app}-{number}", name="x")

    page = client.get("/permissions/", {"limit": 3}).json()
    assert page["data"] == ["two-1", "two-0", "one-1"]
    assert client.get("/permissions/", {"cursor": page["meta"]["next"]}).json()["data"] == ["one-0"]


def test_an_empty_list(client):
    assert fetch(client) == {"data": [], "meta": {"next": None, "prev": None, "total": 0}}


def test_the_order_unless_another_is_asked_for(client):
    rows = insert(("a", 0, 1), ("b", 0, 2))
    assert [row["id"] for row in fetch(client)["data"]] == [str(rows[1].id), str(rows[0].id)]


def test_a_field_given_twice_counts_once(client):
    insert(("a", 0, 1), ("b", 0, 2))
    assert fetch(client, sort="name,-name,name") == fetch(client, sort="name") | {
        "meta": fetch(client, sort="name")["meta"]
    }


def test_twenty_rows_unless_said_otherwise(client):
    insert(*[("a", 0, age) for age in range(25)])
    assert len(fetch(client)["data"]) == 20
    assert len(fetch(client, limit=100)["data"]) == 25


def test_one_query_a_page_in_the_form_that_an_index_answers(client):
    insert(*[("a", 0, age) for age in range(3)])
    cursor = fetch(client, limit=1)["meta"]["next"]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        fetch(client, limit=1, cursor=cursor, total="false")

    [query] = queries.captured_queries
    where = query["sql"].split("WHERE")[1]
    assert " <= " in where
    assert " NOT (" in where
    assert " OR " not in where


def test_totals(client, monkeypatch):
    monkeypatch.setattr(totals, "EXACT_UP_TO", 3)
    insert(*[("a", 0, age) for age in range(3)])
    assert fetch(client)["meta"]["total"] == 3
    assert "total_is_estimate" not in fetch(client)["meta"]
    insert(("b", 0, 9))
    meta = fetch(client, limit=1)["meta"]
    assert meta["total_is_estimate"] is True
    assert meta["total"] >= 4
    assert fetch(client, **{"filter[name]": "b"})["meta"]["total"] == 1
    assert "total" not in fetch(client, total="false")["meta"]
    assert "total" in fetch(client, total="true")["meta"]


def test_numbered_pages_where_an_older_contract_has_them(client):
    rows = [str(row.id) for row in insert(*[("a", 0, age) for age in range(5)])]
    page = fetch(client, sort="created_at", page=2, page_size=2)
    assert [row["id"] for row in page["data"]] == rows[2:4]
    assert [
        row["id"] for row in fetch(client, sort="created_at", page_size=2, cursor=page["meta"]["prev"])["data"]
    ] == rows[:2]
    assert [
        row["id"] for row in fetch(client, sort="created_at", page_size=2, cursor=page["meta"]["next"])["data"]
    ] == rows[4:]
    assert fetch(client, page=9)["data"] == []


PARAMETERS = [
    ({"limit": "0"}, "limit", "invalid_value"),
    ({"limit": "101"}, "limit", "invalid_value"),
    ({"limit": "-1"}, "limit", "invalid_value"),
    ({"limit": "ten"}, "limit", "invalid_value"),
    ({"limit": "٣"}, "limit", "invalid_value"),
    ({"limit": "9" * 5000}, "limit", "invalid_value"),
    ({"limit": ["1", "2"]}, "limit", "repeated_parameter"),
    ({"page": str(MAX_OFFSET)}, "page", "invalid_value"),
    ({"total": "maybe"}, "total", "invalid_value"),
    ({"sort": "payload"}, "sort", "unknown_sort_field"),
    ({"sort": ""}, "sort", "unknown_sort_field"),
    ({"sort": "name,"}, "sort", "unknown_sort_field"),
    ({"sort": "--name"}, "sort", "unknown_sort_field"),
    ({"nmae": "x"}, "nmae", "unknown_parameter"),
    ({"cursor": "x"}, "cursor", "invalid_cursor"),
    ({"cursor": ""}, "cursor", "invalid_cursor"),
    ({"cursor": "ü"}, "cursor", "invalid_cursor"),
    ({"cursor": "A" * 5000}, "cursor", "invalid_cursor"),
    ({"filter[payload]": "x"}, "filter[payload]", "unknown_filter"),
    ({"filter": "x"}, "filter", "unknown_filter"),
    ({"filter[name][like]": "x"}, "filter[name][like]", "unknown_operator"),
    ({"filter[kind][gte]": "x"}, "filter[kind][gte]", "unknown_operator"),
    ({"filter[name]": ""}, "filter[name]", "invalid_value"),
    ({"filter[kind]": "neither"}, "filter[kind]", "invalid_value"),
    ({"filter[attempts]": "1.5"}, "filter[attempts]", "invalid_value"),
    ({"filter[attempts][in]": "1,x"}, "filter[attempts][in]", "invalid_value"),
    ({"filter[attempts][in]": ",".join(["1"] * 101)}, "filter[attempts][in]", "invalid_value"),
    ({"filter[created_at][gte]": "2026-01-01"}, "filter[created_at][gte]", "invalid_value"),
    ({"filter[created_at][gte]": "2026-02-31T00:00:00Z"}, "filter[created_at][gte]", "invalid_value"),
]


@pytest.mark.parametrize(("query", "parameter", "code"), PARAMETERS)
def test_a_bad_parameter_is_named(client, query, parameter, code):
    body = problem(client.get(client.entries, query), 400, "invalid_cursor" if code == "invalid_cursor" else "invalid")
    assert [(fault["parameter"], fault["code"]) for fault in body["errors"]] == [(parameter, code)]


def test_what_is_allowed_is_named(client):
    [fault] = client.get(f"{client.entries}?sort=x").json()["errors"]
    assert "name, attempts, created_at" in fault["detail"]
    [fault] = client.get(f"{client.entries}?filter[x]=1").json()["errors"]
    assert "name, attempts, created_at, kind" in fault["detail"]
    [fault] = client.get(f"{client.entries}?filter[kind][gte]=1").json()["errors"]
    assert "eq, in" in fault["detail"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"filter[name]": "beta"}, ["beta"]),
        ({"filter[name][eq]": "beta"}, ["beta"]),
        ({"filter[name]": "beta", "filter[name][eq]": "alpha"}, []),
        ({"filter[name][in]": "beta,alpha"}, ["alpha", "beta"]),
        ({"filter[name][contains]": "A%"}, []),
        ({"filter[name][contains]": "ET"}, ["beta"]),
        ({"filter[attempts][gte]": "2"}, ["beta", "gamma"]),
        ({"filter[attempts][gte]": "2", "filter[attempts][lte]": "2"}, ["beta"]),
        ({"filter[attempts][in]": "1,3"}, ["alpha", "gamma"]),
        ({"filter[kind]": "job"}, ["alpha", "beta", "gamma"]),
        ({"filter[kind][in]": "event"}, []),
        ({"filter[created_at][lte]": "2026-01-01T00:00:00.000002Z"}, ["alpha", "beta"]),
        ({"filter[created_at][gte]": "2026-01-01T02:00:00.000003+02:00"}, ["gamma"]),
    ],
)
def test_filters(client, query, names):
    insert(("alpha", 1, 1), ("beta", 2, 2), ("gamma", 3, 3))
    assert [row["name"] for row in fetch(client, sort="name", **query)["data"]] == names


def test_a_cursor_belongs_to_its_order_and_its_filters(client):
    insert(*[("a", 1, age) for age in range(3)])
    cursor = fetch(client, limit=1, sort="name")["meta"]["next"]

    assert fetch(client, limit=2, sort="name", cursor=cursor)["data"]
    for other in [{"sort": "-name"}, {}, {"sort": "name", "filter[attempts]": "1"}]:
        problem(client.get(client.entries, {**other, "cursor": cursor}), 400, "invalid_cursor")


def test_the_same_page_has_the_same_cursor(client):
    insert(*[("a", 1, age) for age in range(3)])
    assert fetch(client, limit=1) == fetch(client, limit=1)
