"""The feed over HTTP: a cursor to come back with, filters, and who may read."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.feed import expiry, placing
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import publish
from tenon.platform.organizations.events import MemberLeft, OrganizationUpdated
from tenon.platform.organizations.tests.factories import add_member, add_role, make_organization, make_user
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.client import Answer, Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
PATH = "/api/v1/events/"


class Reader:
    """Alice, who owns an organization, and what happens there."""

    def __init__(self) -> None:
        self.alice = make_user()
        self.organization_id = make_organization(owner=self.alice).id
        Entry.objects.update(unplaced_in=None)
        self.api = signed_in(self.alice)

    def happen(self, *fields: str) -> None:
        with transaction.atomic():
            for field in fields:
                publish(OrganizationUpdated(self.organization_id, None, (field,)))
        placing.place(now=clock.now())

    def ask(self, query: str = "", api: Api | None = None) -> Answer:
        headers = {"X-Organization-ID": str(self.organization_id)}
        return (api or self.api).get(f"{PATH}?{query}", headers=headers)

    def read(self, query: str = "") -> tuple[list[str], Any]:
        answer = self.ask(query)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        return [(event["data"].get("fields") or [event["type"]])[0] for event in body["data"]], body["meta"]


@pytest.fixture
def reader() -> Reader:
    return Reader()


def code(answer: Answer) -> tuple[int, str, str]:
    problem = answer.json()
    return answer.status_code, problem["code"], (problem.get("errors") or [{}])[0].get("parameter", "")


def test_an_event_says_what_happened(reader: Reader) -> None:
    reader.happen("name")
    entry = Entry.objects.filter(name="organizations.updated").get()
    [event] = reader.ask().json()["data"]
    assert event == {
        "id": str(entry.id),
        "type": "organizations.updated",
        "timestamp": clock.rfc3339(entry.created_at),
        "organization_id": str(reader.organization_id),
        "data": {"organization_id": str(reader.organization_id), "actor_id": None, "fields": ["name"]},
    }


def test_the_end_of_the_feed_answers_a_cursor_to_come_back_with(reader: Reader) -> None:
    nothing, meta = reader.read()
    assert (nothing, meta["has_more"]) == ([], False)
    reader.happen("a", "b", "c")
    seen, meta = reader.read(f"cursor={meta['next']}&limit=2")
    assert (seen, meta["has_more"]) == (["a", "b"], True)
    seen, meta = reader.read(f"cursor={meta['next']}&limit=2")
    assert (seen, meta["has_more"]) == (["c"], False)
    again, end = reader.read(f"cursor={meta['next']}")
    assert (again, end["next"]) == ([], meta["next"])
    reader.happen("d")
    assert reader.read(f"cursor={meta['next']}")[0] == ["d"]
    assert reader.read()[0] == ["a", "b", "c", "d"]


def test_a_reader_may_begin_with_what_comes_next(reader: Reader) -> None:
    reader.happen("a")
    nothing, meta = reader.read("start=latest")
    reader.happen("b")
    assert (nothing, reader.read(f"cursor={meta['next']}")[0]) == ([], ["b"])
    assert reader.read("start=oldest")[0] == ["a", "b"]


def test_a_reader_may_read_on_from_an_event(reader: Reader) -> None:
    reader.happen("a", "b", "c")
    first = reader.ask("limit=1").json()["data"][0]["id"]
    assert reader.read(f"after={first}")[0] == ["b", "c"]
    assert code(reader.ask(f"after={uuid4()}")) == (410, "events_expired", "")


def test_a_filter_by_type_changes_nothing_of_the_cursor(reader: Reader) -> None:
    reader.happen("a")
    with transaction.atomic():
        publish(MemberLeft(reader.organization_id, None, uuid4()))
    reader.happen("b")
    seen, meta = reader.read("filter[type]=organizations.member_left")
    assert (seen, meta["has_more"]) == (["organizations.member_left"], False)
    reader.happen("c")
    assert reader.read(f"cursor={meta['next']}")[0] == ["c"]
    both = "filter[type][in]=organizations.member_left,organizations.updated"
    assert reader.read(both)[0] == ["a", "organizations.member_left", "b", "c"]
    assert reader.read(f"{both}&filter[type]=organizations.updated")[0] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("query", "expected", "parameter"),
    [
        ("cursor=damaged", "invalid_cursor", "cursor"),
        ("limit=0", "invalid", "limit"),
        ("limit=101", "invalid", "limit"),
        ("after=7", "invalid", "after"),
        ("start=middle", "invalid", "start"),
        ("start=oldest&after=0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21", "invalid", "start"),
        ("sort=type", "invalid", "sort"),
        ("limit=1&limit=2", "invalid", "limit"),
        ("filter[type]=organizations.nothing", "invalid", "filter[type]"),
        ("filter[kind]=x", "invalid", "filter[kind]"),
        (
            "filter[type]=organizations.closed&filter[type][in]=organizations.updated",
            "invalid",
            "filter[type]",
        ),
    ],
)
def test_what_is_not_understood_is_refused(reader: Reader, query: str, expected: str, parameter: str) -> None:
    assert code(reader.ask(query)) == (400, expected, parameter)


def test_a_cursor_belongs_to_its_organization(reader: Reader) -> None:
    other = make_organization(owner=reader.alice)
    _, meta = reader.read()
    answer = reader.api.get(f"{PATH}?cursor={meta['next']}", headers={"X-Organization-ID": str(other.id)})
    assert code(answer) == (400, "invalid_cursor", "cursor")


def test_a_cursor_that_was_left_too_long_is_gone(reader: Reader, settings: Any) -> None:
    _, meta = reader.read()
    reader.happen("a", "b")
    expiry.expire(placed_before=clock.now())
    answer = reader.ask(f"cursor={meta['next']}")
    assert code(answer) == (410, "events_expired", "")
    assert reader.read()[0] == []


def test_reading_needs_the_word(reader: Reader) -> None:
    bob = signed_in(add_member(reader.organization_id))
    assert reader.ask(api=bob).status_code == 403
    add_role(reader.organization_id, "auditor", "events:read")
    carol = signed_in(add_member(reader.organization_id, role="auditor"))
    assert reader.ask(api=carol).status_code == 200
    assert reader.ask(api=signed_in()).status_code == 404


def test_another_organization_sees_nothing_of_it(reader: Reader) -> None:
    reader.happen("a")
    other: UUID = make_organization(owner=reader.alice).id
    placing.place(now=clock.now())
    body = reader.api.get(PATH, headers={"X-Organization-ID": str(other)}).json()
    assert {event["organization_id"] for event in body["data"]} == {str(other)}


def test_reading_costs_the_same_however_much_there_is(reader: Reader) -> None:
    reader.happen(*"abcdefgh")
    _, meta = reader.read("limit=1")
    with query_budget(6) as queries:
        reader.read(f"cursor={meta['next']}&limit=7")
    # Counting the request takes one statement, or two, or none that a database sees.
    assert len([each for each in queries if "limits_counter" not in each]) == 4


def test_the_types_of_event_are_listed(reader: Reader) -> None:
    bob = signed_in(add_member(reader.organization_id))
    headers = {"X-Organization-ID": str(reader.organization_id)}
    body = bob.get("/api/v1/event-types/", headers=headers).json()
    listed = {each["name"]: each for each in body["data"]}
    joined = listed["organizations.member_joined"]
    assert joined["summary"] == "A person belongs to the organization now"
    assert joined["schema"]["properties"]["role"]["type"] == "string"
    assert joined["example"]["type"] == "organizations.member_joined"
    assert set(joined["example"]["data"]) == set(joined["schema"]["properties"])
