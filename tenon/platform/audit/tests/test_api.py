"""The audit log over HTTP: of one's own organization, for those who may read it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from tenon.kernel import clock
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import selectors
from tenon.platform.audit.tests.rows import NOW, add
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.platform.organizations.tests.factories import add_member, make_organization
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
URL = "/api/v1/audit/"


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def organization(owner):
    return make_organization(owner)


@pytest.fixture
def api(owner, organization):
    return Api(token=start_session(owner, now=clock.now()).access)


def listed(api, query=""):
    answer = api.get(f"{URL}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def lines(api, query=""):
    answer = api.get(f"{URL}export/{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/jsonl")
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_what_was_done_is_listed_with_who_and_from_where(api, owner, organization):
    assert api.request("PATCH", f"/api/v1/organizations/{organization.id}/", {"name": "Other"}).status_code == 200
    entry = listed(api)[0]
    assert entry["action"] == "organizations:organization:updated"
    assert entry["actor"] == {"kind": "user", "id": str(owner.id)}
    assert entry["target"] == {"type": "organization", "id": str(organization.id)}
    assert (entry["parameters"], entry["outcome"], entry["ip"]) == ({"fields": ["name"]}, "success", api.address)
    assert len(entry["request_id"]) > 10


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?filter[action][prefix]=tests:thing:", 4),
        ("?filter[action]=tests:thing:refused", 1),
        ("?filter[outcome]=refused", 1),
        ("?filter[actor_kind]=device", 0),
        ("?filter[target_type]=thing&filter[target_id]=seven", 1),
        ("?filter[created_at][lte]=2026-03-01T12:00:01Z", 2),
        ("?filter[actor_id]=0199f6f0-4c1e-7a52-9d3c-000000000007", 1),
    ],
)
def test_it_is_filtered(api, organization, query, count):
    add(organization.id, 3)
    add(
        organization.id,
        action="tests:thing:refused",
        outcome="refused",
        target_id="seven",
        actor_id="0199f6f0-4c1e-7a52-9d3c-000000000007",
        since=NOW + timedelta(hours=1),
    )
    assert len(listed(api, query)) == count
    assert len(lines(api, query)) == count


def test_another_organizations_is_not_seen(api):
    add(uuid4())
    add(None)
    assert {entry["action"].partition(":")[0] for entry in listed(api)} == {"organizations"}
    assert {entry["action"].partition(":")[0] for entry in lines(api)} == {"organizations"}


def test_only_who_may_read_it_does(organization):
    member = Api(token=start_session(add_member(organization.id), now=clock.now()).access)
    assert member.get(URL).status_code == 403
    assert member.get(f"{URL}export/").status_code == 403


def test_the_export_is_in_the_order_of_time(api, organization):
    made = add(organization.id, 5)
    exported = lines(api, "?filter[action]=tests:thing:changed")
    assert [line["id"] for line in exported] == [str(each) for each in made]
    assert set(exported[0]) == set(listed(api)[0])


def test_pages_go_through_all(organization):
    made = add(organization.id, 5)
    with system_scope(reason="a test looks", read_only=True):
        rows = selectors.entries_of().filter(pk__in=made)
    found = list(selectors.pages(rows, scope=lambda: system_scope(reason="a test", read_only=True), size=2))
    assert [len(page) for page in found] == [2, 2, 1]
    assert [facts.id for page in found for facts in page] == made


@pytest.mark.parametrize("query", ["?page=1", "?filter[colour]=red", "?filter[outcome]=sad"])
def test_what_it_cannot_be_filtered_by(api, query):
    answer = api.get(f"{URL}export/{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("rows", [1, 15])
def test_a_list_costs_the_same_however_long(api, organization, rows):
    add(organization.id, rows)
    with query_budget(5):
        listed(api)
