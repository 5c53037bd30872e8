"""Organizations over HTTP: what the routes answer and what they refuse."""

import pytest

from tenon.platform.organizations.models import Organization
from tenon.platform.organizations.tests.factories import add_member, make_organization, make_user, membership
from tenon.platform.organizations.tests.people import at, signed_in

pytestmark = pytest.mark.django_db
LIST = "/api/v1/organizations/"


@pytest.fixture
def owner():
    """Who owns `made`."""
    return make_user()


@pytest.fixture
def made(owner):
    """An organization."""
    return make_organization(owner, slug="acme")


def test_an_organization_is_made_listed_and_read(owner):
    api = signed_in(owner)
    body = {"name": " Acme ", "timezone": "Europe/Berlin", "locale": "de", "country": "DE", "currency": "EUR"}
    answer = api.post(LIST, body)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["name"], shown["owner_id"], shown["settings"]) == (
        "Acme",
        str(owner.id),
        {"require_two_factor": False},
    )
    assert answer["Location"] == at(shown["id"])
    read = api.get(at(shown["id"]))
    assert (read.json(), read["ETag"]) == (shown, answer["ETag"])
    [listed] = api.get(LIST).json()["data"]
    assert {name: listed[name] for name in shown} == shown
    assert (listed["role"], listed["grants"]) == ("admin", [])
    assert listed["joined_at"].endswith("Z")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "A", "slug": "Not A Slug"}, "/slug"),
        ({"name": "A", "slug": "01939c70-2b1f-7c43-8f0e-3d5c7a9b1e42"}, "/slug"),
        ({"name": "A", "slug": "default"}, "/slug"),
        ({"name": "A", "timezone": "Mars/Base"}, "/timezone"),
        ({"name": "A", "country": "XX"}, "/country"),
        ({"name": "A", "currency": "XXQ"}, "/currency"),
        ({"name": "A", "locale": "German"}, "/locale"),
        ({"name": "A", "settings": {"require_two_factor": "yes"}}, "/settings/require_two_factor"),
        ({"name": "A", "settings": {"other": True}}, "/settings/other"),
        ({"name": "A", "owner_id": "01939c70-2b1f-7c43-8f0e-3d5c7a9b1e42"}, "/owner_id"),
    ],
)
def test_wrong_input_is_pointed_at(body, pointer):
    answer = signed_in().post(LIST, body)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert Organization.objects.count() == 0


def test_the_list_is_filtered_sorted_and_the_callers_own(owner, made):
    make_organization()
    make_organization(owner, name="Zeta", is_personal=True)
    add_member(make_organization(name="Beta").id, owner)
    api = signed_in(owner)

    def names(query=""):
        return [row["name"] for row in api.get(LIST + query).json()["data"]]

    assert names("?sort=name") == ["Acme Inc.", "Beta", "Zeta"]
    assert names("?sort=-name&limit=1") == ["Zeta"]
    assert names("?filter[is_personal]=true") == ["Zeta"]


def test_a_change_is_guarded_by_its_tag(owner, made):
    api = signed_in(owner)
    first = api.get(at(made.id))["ETag"]
    assert api.get(at(made.id), headers={"If-None-Match": first}).status_code == 304
    changed = api.request("PATCH", at(made.id), {"name": "Acme GmbH"}, headers={"If-Match": first})
    assert (changed.status_code, changed.json()["name"]) == (200, "Acme GmbH")
    assert changed["ETag"] == api.get(at(made.id))["ETag"] != first
    stale = api.request("PATCH", at(made.id), {"name": "Lost"}, headers={"If-Match": first})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert api.request("PATCH", at(made.id), {"settings": {"require_two_factor": True}}).json()["settings"] == {
        "require_two_factor": True
    }


def test_a_member_reads_and_does_not_write(made):
    api = signed_in(add_member(made.id))
    assert api.get(at(made.id)).status_code == 200
    for method, path, body in (
        ("PATCH", at(made.id), {"name": "Mine"}),
        ("POST", at(made.id, "closure/"), {"name": made.name}),
        ("POST", at(made.id, "transfer/"), {"user_id": str(made.owner_id)}),
    ):
        answer = api.request(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


def test_switching_leaving_and_handing_over(owner, made):
    other = make_organization(owner)
    heir = add_member(made.id)
    api = signed_in(owner)
    assert api.get("/api/v1/me").json()["data"]["current_organization"]["id"] == str(other.id)
    assert api.post(at(made.id, "switch/")).json()["id"] == str(made.id)
    assert api.get("/api/v1/me").json()["data"]["current_organization"]["id"] == str(made.id)
    stays = api.post(at(made.id, "leave/"))
    assert (stays.status_code, stays.json()["code"]) == (409, "owner_stays")
    assert api.post(at(made.id, "transfer/"), {"user_id": str(heir.id)}).json()["owner_id"] == str(heir.id)
    assert api.post(at(made.id, "leave/")).status_code == 204
    assert api.get(at(made.id)).status_code == 404
    assert membership(owner, made.id) is None


def test_closing_takes_its_name(owner, made):
    api = signed_in(owner)
    wrong = api.post(at(made.id, "closure/"), {"name": "Acme"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["errors"][0]["pointer"]) == (
        400,
        "wrong_name",
        "/name",
    )
    assert api.post(at(made.id, "closure/"), {"name": made.name}).status_code == 204
    assert api.get(at(made.id)).status_code == 404
    assert api.get(LIST).json()["data"] == []


class TestMe:
    @pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/me/"])
    def test_shows_the_caller_and_their_organization(self, owner, made, path):
        data = signed_in(owner).get(path).json()["data"]
        assert data["current_organization"] == {
            "id": str(made.id),
            "name": made.name,
            "is_personal": False,
            "owner_id": str(owner.id),
        }
        assert (data["id"], data["email"], data["is_staff"]) == (str(owner.id), owner.email, False)
        assert {"first_name", "last_name", "date_joined"} <= set(data)

    def test_shows_none_where_there_is_none(self):
        assert signed_in().get("/api/v1/me").json()["data"]["current_organization"] is None

    @pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/me/"])
    def test_is_changed(self, owner, made, path):
        body = {"first_name": "Ada", "timezone": "Europe/London", "locale": "en-GB"}
        answer = signed_in(owner).request("PATCH", path, body)
        assert answer.status_code == 200
        assert {name: answer.json()["data"][name] for name in body} == body
        assert answer.json()["data"]["current_organization"]["id"] == str(made.id)
        owner.refresh_from_db()
        assert (owner.first_name, owner.timezone, owner.locale) == ("Ada", "Europe/London", "en-GB")

    @pytest.mark.parametrize("field", ["email", "is_staff", "id", "date_joined"])
    def test_says_only_what_a_person_may_say(self, owner, field):
        answer = signed_in(owner).request("PATCH", "/api/v1/me", {field: "x"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{field}")
