"""Roles of an organization's own, and the explanation of who may do what."""

import pytest

from tenon.kernel import permissions
from tenon.kernel.errors import Forbidden, NotFound
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.errors import BeyondOwnRights, RoleInUse, RoleTaken, UnknownPermissions
from tenon.platform.organizations.tests.factories import (
    NOW,
    acting_as,
    add_member,
    add_role,
    make_organization,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """An organization."""
    return make_organization()


@pytest.fixture
def owner(made):
    """Its owner, acting."""
    return acting_as(made.owner_id, made.id)


def test_a_role_gives_its_permissions_from_the_next_request_on(made, owner):
    role = services.create_role(
        principal=owner, name="greeter", permissions=["members:list", "members:invite", "members:list"]
    )
    assert role.permissions == ["members:invite", "members:list"]
    person = add_member(made.id, role="greeter")
    assert acting_as(person, made.id).permissions == {"members:invite", "members:list"}
    services.update_role(principal=owner, name="greeter", changes={"permissions": ["members:list"]})
    assert acting_as(person, made.id).permissions == {"members:list"}
    services.update_role(principal=owner, name="greeter", changes={"description": "Says hello."})
    assert acting_as(person, made.id).permissions == {"members:list"}
    assert outbox.event_names()[-3:] == ["organizations.role_changed"] * 3


def test_grants_add_to_a_role(made):
    add_role(made.id, "greeter", "members:invite")
    person = add_member(made.id, role="billing", grants=["greeter"])
    assert acting_as(person, made.id).permissions == {*permissions.of_role("billing"), "members:invite"}


def test_roles_of_another_organization_mean_nothing(made):
    add_role(make_organization().id, "greeter", "members:invite")
    assert acting_as(add_member(made.id, role="greeter"), made.id).permissions == frozenset()


@pytest.mark.parametrize("name", ["admin", "member", "billing", "owner", "greeter"])
def test_a_name_is_taken_once(made, owner, name):
    add_role(made.id, "greeter", "members:list")
    with pytest.raises(RoleTaken):
        services.create_role(principal=owner, name=name, permissions=[])


@pytest.mark.parametrize("word", ["no:such", "organizations:close", "organizations:transfer", "nonsense"])
def test_some_words_are_not_to_be_given(made, owner, word):
    with pytest.raises(UnknownPermissions) as refusal:
        services.create_role(principal=owner, name="odd", permissions=["members:list", word])
    assert word in str(refusal.value.errors[0].detail)


def test_nobody_makes_a_role_beyond_their_own(made):
    add_role(made.id, "architect", "roles:manage", "members:list")
    add_role(made.id, "strong", "organizations:update")
    architect = acting_as(add_member(made.id, role="architect"), made.id)
    for act in (
        lambda: services.create_role(principal=architect, name="new", permissions=["organizations:update"]),
        lambda: services.update_role(
            principal=architect, name="architect", changes={"permissions": ["members:remove"]}
        ),
        lambda: services.update_role(principal=architect, name="strong", changes={"permissions": []}),
        lambda: services.delete_role(principal=architect, name="strong"),
    ):
        with pytest.raises(BeyondOwnRights):
            act()
    assert services.create_role(principal=architect, name="weak", permissions=["members:list"]).name == "weak"


def test_a_member_manages_no_roles(made):
    member = acting_as(add_member(made.id), made.id)
    add_role(made.id, "greeter", "members:list")
    for act in (
        lambda: services.create_role(principal=member, name="new", permissions=[]),
        lambda: services.update_role(principal=member, name="greeter", changes={}),
        lambda: services.delete_role(principal=member, name="greeter"),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_role_is_deleted_when_nobody_has_it(made, owner):
    for name in ("unused", "worn", "granted", "invited"):
        add_role(made.id, name, "members:list")
    add_member(made.id, role="worn")
    add_member(made.id, grants=["billing", "granted"])
    services.invite(principal=owner, email="new@example.com", role="invited", now=NOW)
    for name in ("worn", "granted", "invited"):
        with pytest.raises(RoleInUse):
            services.delete_role(principal=owner, name=name)
    services.delete_role(principal=owner, name="unused")
    with pytest.raises(NotFound):
        services.delete_role(principal=owner, name="unused")
    assert outbox.events()[-1][1]["deleted"] is True


def explained(made, user_id):
    found = selectors.permissions_of(organization_id=made.id, user_id=user_id)
    return {each.permission: each for each in found}


def test_permissions_are_explained(made):
    add_role(made.id, "greeter", "members:invite")
    person = add_member(made.id, grants=["greeter"])
    invite = explained(made, person.id)["members:invite"]
    assert (invite.allowed, invite.because_of, invite.given_by) == (True, ["greeter"], ["admin", "greeter"])
    listing = explained(made, person.id)["members:list"]
    assert (listing.allowed, listing.because_of) == (True, ["member"])
    closing = explained(made, person.id)["organizations:close"]
    assert (closing.allowed, closing.because_of, closing.given_by) == (False, [], ["owner"])
    assert explained(made, made.owner_id)["organizations:close"].because_of == ["owner"]


@pytest.mark.parametrize(("role", "grants"), [("admin", []), ("member", ["greeter"]), ("greeter", ["billing"])])
def test_the_explanation_is_what_is_enforced(made, role, grants):
    add_role(made.id, "greeter", "members:invite", "roles:manage")
    person = add_member(made.id, role=role, grants=grants)
    allowed = {word for word, each in explained(made, person.id).items() if each.allowed}
    assert allowed == acting_as(person, made.id).permissions


def test_who_is_no_member_has_no_explanation(made):
    with pytest.raises(NotFound):
        selectors.permissions_of(organization_id=made.id, user_id=make_user().id)
