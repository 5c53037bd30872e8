"""API keys over HTTP: by the people who look after them, and by the keys themselves."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.platform.api_keys import services
from tenon.platform.api_keys.engines import secrets
from tenon.platform.api_keys.tests.factories import make_key, programs
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations.tests.factories import (
    acting_as,
    add_member,
    add_role,
    make_organization,
    make_user,
)
from tenon.platform.organizations.tests.people import at, signed_in

pytestmark = pytest.mark.django_db
KEYS = "/api/v1/api-keys/"


@pytest.fixture
def owner():
    """Who owns `made`."""
    return make_user()


@pytest.fixture
def made(owner):
    """An organization."""
    return make_organization(owner)


@pytest.fixture
def api(owner, made):
    """The owner's browser."""
    return signed_in(owner)


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_a_key_is_made_shown_once_and_works(api, made, owner):
    made_at = api.post(KEYS, {"name": "Export", "scopes": ["members:list", "members:list"]})
    assert made_at.status_code == 201, made_at.content
    body = made_at.json()
    assert secrets.read(body["secret"]).key_id == body["prefix"].rpartition("_")[2]
    assert made_at["Cache-Control"] == "no-store"
    assert (body["scopes"], body["state"], body["created_by_id"]) == (["members:list"], "active", str(owner.id))
    read = api.get(made_at["Location"])
    assert read.json() == {name: value for name, value in body.items() if name != "secret"}
    assert programs(body["secret"]).get(at(made.id, "members/")).status_code == 200
    assert b"secret" not in api.get(KEYS).content
    assert "api_keys.created" in outbox.event_names()


def test_keys_are_listed_by_state(api, made, owner):
    now = clock.now()
    first, second = make_key(made.id), make_key(made.id, expires_at=now + timedelta(days=1))
    make_key(make_organization().id)
    services.revoke(principal=acting_as(owner, made.id), key_id=first.key.id, now=now)
    assert [row["id"] for row in api.get(KEYS).json()["data"]] == [str(second.key.id), str(first.key.id)]
    for state, expected in {"active": [second], "revoked": [first], "expired": []}.items():
        rows = api.get(f"{KEYS}?filter[state]={state}").json()["data"]
        assert [row["id"] for row in rows] == [str(each.key.id) for each in expected]
    assert api.get(f"{KEYS}?sort=name&filter[created_by_id]={owner.id}").json()["meta"]["total"] == 2


def test_a_key_is_changed_if_nobody_else_has(api, made):
    key = make_key(made.id, "members:list", "organizations:update").key
    path = f"{KEYS}{key.id}/"
    tag = api.get(path)["ETag"]
    changed = api.request("PATCH", path, {"name": "Nightly", "scopes": ["members:list"]}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["name"], changed.json()["scopes"]) == (200, "Nightly", ["members:list"])
    again = api.request("PATCH", path, {"name": "Daily"}, headers={"If-Match": tag})
    assert refusal(again) == (412, "precondition_failed")
    assert api.get(path, headers={"If-None-Match": changed["ETag"]}).status_code == 304
    assert refusal(api.request("PATCH", path, {"scopes": ["organizations:update"]})) == (400, "wider_scopes")
    assert refusal(api.request("PATCH", path, {"expires_at": "2020-01-01T00:00:00Z"})) == (400, "past_expiry")
    assert api.request("PATCH", path, {"expires_at": "2999-01-01T00:00:00Z"}).json()["expires_at"] is not None
    assert api.request("PATCH", path, {"expires_at": None}).json()["expires_at"] is None


def test_a_key_is_rotated_with_an_overlap(api, made):
    key = make_key(made.id)
    rotated = api.post(f"{KEYS}{key.key.id}/rotation/", {})
    assert rotated.status_code == 200
    body = rotated.json()
    assert body["prefix"] == key.key.prefix
    assert body["previous_expires_at"] > body["rotated_at"]
    for secret in (key.secret, body["secret"]):
        assert programs(secret).get(f"{KEYS}current/").status_code == 200
    at_once = api.post(f"{KEYS}{key.key.id}/rotation/", {"overlap_seconds": 0}).json()["secret"]
    for secret, expected in ((key.secret, 401), (body["secret"], 401), (at_once, 200)):
        assert programs(secret).get(f"{KEYS}current/").status_code == expected
    assert api.post(f"{KEYS}{key.key.id}/rotation/", {"overlap_seconds": 2_592_001}).status_code == 400


def test_a_revoked_key_is_refused_and_stays_so(api, made):
    key = make_key(made.id)
    assert api.delete(f"{KEYS}{key.key.id}/").status_code == 204
    assert refusal(programs(key).get(f"{KEYS}current/")) == (401, "invalid_api_key")
    assert api.delete(f"{KEYS}{key.key.id}/").status_code == 204
    assert outbox.event_names().count("api_keys.revoked") == 1
    for answer in (api.post(f"{KEYS}{key.key.id}/rotation/"), api.request("PATCH", f"{KEYS}{key.key.id}/", {})):
        assert refusal(answer) == (409, "api_key_ended")


def test_a_key_is_told_of_itself(made):
    key = make_key(made.id, "members:list", "organizations:update", name="Export")
    body = programs(key).get(f"{KEYS}current/").json()
    assert body == {
        "id": str(key.key.id),
        "name": "Export",
        "prefix": key.key.prefix,
        "organization": {"id": str(made.id), "name": made.name, "slug": made.slug},
        "scopes": ["members:list", "organizations:update"],
        "created_at": body["created_at"],
        "expires_at": None,
        "last_used_at": body["last_used_at"],
    }
    assert body["last_used_at"] is not None
    assert refusal(signed_in(make_user()).get(f"{KEYS}current/")) == (403, "organization_required")


def test_people_are_told_that_only_keys_may_ask(api):
    assert refusal(api.get(f"{KEYS}current/")) == (403, "forbidden")


def test_scopes_are_listed_with_what_one_may_give(made):
    add_role(made.id, "keeper", "api_keys:read", "members:list")
    listed = signed_in(add_member(made.id, role="keeper")).get(f"{KEYS}scopes/").json()["data"]
    found = {row["scope"]: (row["description"], row["grantable"]) for row in listed}
    assert found["members:list"] == ("See the members", True)
    assert found["organizations:update"] == ("Change the organization", False)
    assert not {"api_keys:manage", "members:invite", "organizations:close"} & set(found)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "x", "scopes": ["no:such"]}, "unknown_scope"),
        ({"name": "x", "scopes": ["api_keys:manage"]}, "unknown_scope"),
        ({"name": "x", "scopes": []}, "invalid"),
        ({"name": "x", "scopes": ["Members:List"]}, "invalid"),
        ({"name": "x\ny", "scopes": ["members:list"]}, "invalid_name"),
        ({"name": "x", "scopes": ["members:list"], "expires_at": "2020-01-01T00:00:00Z"}, "past_expiry"),
        ({"name": "x", "scopes": ["members:list"], "secret": "mine"}, "invalid"),
    ],
)
def test_what_is_wrong_with_a_new_key_is_said(api, body, code):
    assert refusal(api.post(KEYS, body)) == (400, code)


def test_nobody_hands_out_what_they_lack(made):
    add_role(made.id, "keeper", "api_keys:manage", "api_keys:read")
    keeper = signed_in(add_member(made.id, role="keeper"))
    assert refusal(keeper.post(KEYS, {"name": "x", "scopes": ["members:list"]})) == (403, "beyond_own_rights")
    key = make_key(made.id).key
    assert refusal(keeper.post(f"{KEYS}{key.id}/rotation/")) == (403, "beyond_own_rights")
    assert keeper.delete(f"{KEYS}{key.id}/").status_code == 204


def test_a_key_does_what_its_scopes_say_and_nothing_else(made):
    key = programs(make_key(made.id, "members:list"))
    assert key.get(at(made.id, "members/")).status_code == 200
    member = add_member(made.id)
    for method, path in (
        ("PATCH", at(made.id)),
        ("GET", at(made.id)),
        ("POST", at(made.id, "leave/")),
        ("POST", at(made.id, "invitations/")),
        ("PATCH", at(made.id, f"members/{member.id}/")),
        ("GET", at(made.id, "permissions/")),
        ("GET", KEYS),
        ("POST", KEYS),
        ("GET", "/api/v1/me/"),
        ("GET", "/api/v1/auth/sessions/"),
        ("GET", "/api/v1/organizations/"),
    ):
        assert key.request(method, path, None if method == "GET" else {}).status_code == 403, path


def test_a_key_changes_the_organization_where_it_may(made):
    answer = programs(make_key(made.id, "organizations:update")).request("PATCH", at(made.id), {"name": "Other"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Other")


def test_a_key_acts_in_its_own_organization_alone(made):
    key, other = programs(make_key(made.id)), make_organization()
    assert key.get(at(other.id, "members/")).status_code == 404
    for reference, expected in {
        str(other.id): 404,
        other.slug: 404,
        str(made.id): 200,
        str(made.id).upper(): 200,
    }.items():
        answer = key.get(f"{KEYS}current/", headers={"X-Organization-ID": reference})
        assert answer.status_code == expected, reference
    assert key.get(f"{KEYS}current/", headers={"X-Organization-ID": made.slug}).status_code == 200


def test_a_repeated_request_is_told_the_same_secret(api, made):
    ask = {"name": "Export", "scopes": ["members:list"]}
    first, again = (api.post(KEYS, ask, headers={"Idempotency-Key": "export-1"}) for _ in range(2))
    assert (first.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert again["Cache-Control"] == "no-store"
    path = f"{KEYS}{first.json()['id']}/rotation/"
    rotated, replayed = (api.post(path, {}, headers={"Idempotency-Key": "export-2"}) for _ in range(2))
    assert replayed.json()["secret"] == rotated.json()["secret"]
    assert programs(first.json()["secret"]).get(f"{KEYS}current/").status_code == 200
