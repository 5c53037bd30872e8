"""Members, roles and invitations over HTTP."""

import pytest

from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import new_address
from tenon.platform.organizations.tests.factories import (
    add_member,
    add_role,
    make_organization,
    make_user,
    membership,
)
from tenon.platform.organizations.tests.people import at, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    """Who owns `made`."""
    return make_user(first_name="Ada")


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


def test_members_are_listed_in_the_order_of_joining(api, owner, made):
    person = add_member(made.id, grants=["billing"])
    add_member(make_organization().id)
    rows = api.get(at(made.id, "members/")).json()["data"]
    assert [(row["user_id"], row["role"], row["grants"], row["is_owner"]) for row in rows] == [
        (str(owner.id), "admin", [], True),
        (str(person.id), "member", ["billing"], False),
    ]
    assert (rows[0]["first_name"], rows[0]["email"]) == ("Ada", owner.email)
    assert [row["user_id"] for row in api.get(at(made.id, "members/?filter[role]=member")).json()["data"]] == [
        str(person.id)
    ]


def test_a_member_gets_another_role_grants_and_goes(api, made):
    person = add_member(made.id)
    assert api.request("PATCH", at(made.id, f"members/{person.id}/"), {"role": "billing"}).status_code == 204
    assert api.request("PUT", at(made.id, f"members/{person.id}/grants/"), {"grants": ["member"]}).status_code == 204
    now = membership(person, made.id)
    assert (now.role, now.grants) == ("billing", ["member"])
    unknown = api.request("PATCH", at(made.id, f"members/{person.id}/"), {"role": "king"})
    assert refusal(unknown) == (400, "unknown_role")
    assert api.delete(at(made.id, f"members/{person.id}/")).status_code == 204
    assert membership(person, made.id) is None
    assert api.delete(at(made.id, f"members/{person.id}/")).status_code == 404


def test_the_owner_is_not_to_be_removed(api, owner, made):
    admin = signed_in(add_member(made.id, role="admin"))
    assert refusal(admin.delete(at(made.id, f"members/{owner.id}/"))) == (409, "owner_stays")


def test_roles_are_made_changed_and_deleted(api, made):
    body = {"name": "greeter", "description": "Says hello.", "permissions": ["members:invite"]}
    answer = api.post(at(made.id, "roles/"), body)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in body} == body
    where = answer["Location"]
    assert where == at(made.id, "roles/greeter/")
    assert api.get(at(made.id, "roles/")).json()["data"] == [answer.json()]
    assert refusal(api.post(at(made.id, "roles/"), body)) == (409, "role_taken")
    assert api.request("PATCH", where, {"permissions": []}).json()["permissions"] == []
    assert refusal(api.request("PATCH", where, {"permissions": ["no:such"]})) == (400, "unknown_permission")
    add_member(made.id, role="greeter")
    assert refusal(api.delete(where)) == (409, "role_in_use")
    add_role(made.id, "unused", "members:list")
    assert api.delete(at(made.id, "roles/unused/")).status_code == 204
    assert api.delete(at(made.id, "roles/unused/")).status_code == 404


def test_an_invitation_from_the_letter_to_the_membership(api, owner, made):
    person = make_user()
    sent = api.post(at(made.id, "invitations/"), {"email": person.email, "role": "member"})
    assert sent.status_code == 201
    assert (sent.json()["state"], sent.json()["invited_by_id"]) == ("pending", str(owner.id))
    assert api.get(at(made.id, "invitations/?filter[state]=pending")).json()["data"] == [sent.json()]
    invited = signed_in(person)
    [mine] = invited.get("/api/v1/my-invites/").json()["data"]
    assert (mine["id"], mine["organization"]) == (sent.json()["id"], {"id": str(made.id), "name": made.name})
    token = outbox.letters()[-1].context["link"].partition("#token=")[2]
    joined = invited.post("/api/v1/my-invites/accept/", {"token": token})
    assert joined.json() == {"organization_id": str(made.id)}
    assert refusal(invited.post(f"/api/v1/my-invites/{mine['id']}/accept/")) == (409, "invitation_closed")
    assert invited.get(at(made.id)).status_code == 200


def test_an_invitation_is_accepted_declined_or_revoked(api, made):
    one, two, three = make_user(), make_user(), make_user()
    ids = {}
    for person in (one, two, three):
        answer = api.post(at(made.id, "invitations/"), {"email": person.email, "role": "member"})
        ids[person] = answer.json()["id"]
    assert signed_in(one).post(f"/api/v1/my-invites/{ids[one]}/accept/").status_code == 200
    assert signed_in(two).post(f"/api/v1/my-invites/{ids[two]}/decline/").status_code == 204
    assert api.delete(at(made.id, f"invitations/{ids[three]}/")).status_code == 204
    assert refusal(api.delete(at(made.id, f"invitations/{ids[three]}/"))) == (409, "invitation_closed")
    states = {row["id"]: row["state"] for row in api.get(at(made.id, "invitations/")).json()["data"]}
    assert states == {ids[one]: "accepted", ids[two]: "declined", ids[three]: "revoked"}
    assert refusal(api.post(at(made.id, "invitations/"), {"email": one.email, "role": "member"})) == (
        409,
        "already_member",
    )


def test_a_token_in_other_hands(api, made):
    api.post(at(made.id, "invitations/"), {"email": new_address(), "role": "member"})
    token = outbox.letters()[-1].context["link"].partition("#token=")[2]
    answer = signed_in().post("/api/v1/my-invites/accept/", {"token": token})
    assert refusal(answer) == (403, "invited_address_differs")


def test_inviting_is_limited(api, made, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invite": "1/day"}
    for status in (201, 429):
        answer = api.post(at(made.id, "invitations/"), {"email": new_address(), "role": "member"})
        assert answer.status_code == status


def explained(api, made, query=""):
    data = api.get(at(made.id, f"permissions/{query}")).json()["data"]
    return {row["permission"]: row for row in data}


def test_permissions_are_explained_to_oneself_and_to_those_who_see_members(api, owner, made):
    add_role(made.id, "bare")
    person, bare = add_member(made.id), add_member(made.id, role="bare")
    assert explained(api, made)["organizations:close"]["because_of"] == ["owner"]
    assert explained(api, made, f"?user_id={person.id}")["members:invite"] == {
        "permission": "members:invite",
        "label": "Invite people, see and revoke invitations",
        "allowed": False,
        "because_of": [],
        "given_by": ["admin"],
    }
    limited = signed_in(bare)
    assert explained(limited, made)["members:list"]["allowed"] is False
    assert limited.get(at(made.id, f"permissions/?user_id={person.id}")).status_code == 403
    assert api.get(at(made.id, f"permissions/?user_id={make_user().id}")).status_code == 404
    assert api.get(at(made.id, "permissions/?user_id=me")).status_code == 400
