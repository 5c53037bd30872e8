"""Members: leaving, other roles, removal, and who may do that to whom."""

import pytest

from tenon.kernel.errors import Forbidden, NotFound
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations import services
from tenon.platform.organizations.errors import AlreadyMember, BeyondOwnRights, OwnerStays, UnknownRole
from tenon.platform.organizations.services import members
from tenon.platform.organizations.services.turns import locked
from tenon.platform.organizations.tests.factories import (
    acting_as,
    add_member,
    add_role,
    make_organization,
    make_user,
    membership,
    words_of_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """An organization with a role `hr`, whose people see to members but may do little else."""
    organization = make_organization()
    add_role(organization.id, "hr", *words_of_member(), "members:change_role", "members:remove", "members:invite")
    return organization


@pytest.fixture
def owner(made):
    """Its owner, acting."""
    return acting_as(made.owner_id, made.id)


@pytest.fixture
def hr(made):
    """Somebody with the role `hr`, acting."""
    return acting_as(add_member(made.id, role="hr"), made.id)


def test_a_member_leaves(made):
    person = add_member(made.id)
    principal = acting_as(person, made.id)
    services.leave(principal=principal)
    assert membership(person, made.id) is None
    assert outbox.event_names()[-1] == "organizations.member_left"
    with pytest.raises(NotFound):
        services.leave(principal=principal)


def test_the_owner_stays(made, owner):
    admin = acting_as(add_member(made.id, role="admin"), made.id)
    with pytest.raises(OwnerStays):
        services.leave(principal=owner)
    for act in (
        lambda: services.remove_member(principal=admin, user_id=made.owner_id),
        lambda: services.change_role(principal=admin, user_id=made.owner_id, role="member"),
        lambda: services.change_grants(principal=owner, user_id=made.owner_id, grants=["hr"]),
    ):
        with pytest.raises(OwnerStays):
            act()


def test_a_member_is_removed(made, owner):
    person = add_member(made.id)
    services.remove_member(principal=owner, user_id=person.id)
    assert membership(person, made.id) is None
    assert outbox.events()[-1][1]["actor_id"] == str(owner.id)
    with pytest.raises(NotFound):
        services.remove_member(principal=owner, user_id=person.id)


def test_a_role_and_grants_are_changed(made, owner):
    person = add_member(made.id)
    services.change_role(principal=owner, user_id=person.id, role="hr")
    services.change_grants(principal=owner, user_id=person.id, grants=["billing", "hr", "billing"])
    now = membership(person, made.id)
    assert (now.role, now.grants) == ("hr", ["billing", "hr"])
    name, payload = outbox.events()[-1]
    assert (name, payload["role"], payload["grants"]) == ("organizations.member_role_changed", "hr", ["billing", "hr"])
    services.change_grants(principal=owner, user_id=person.id, grants=["hr", "billing"])
    assert outbox.events()[-1] == (name, payload)


def test_a_role_must_exist(made, owner):
    person = add_member(made.id)
    other = make_organization()
    add_role(other.id, "elsewhere", "members:list")
    for unknown in ("nothing", "owner", "elsewhere"):
        with pytest.raises(UnknownRole) as refusal:
            services.change_role(principal=owner, user_id=person.id, role=unknown)
        assert refusal.value.errors[0].pointer == "/role"
        with pytest.raises(UnknownRole):
            services.change_grants(principal=owner, user_id=person.id, grants=["billing", unknown])


def test_a_member_touches_nobody(made):
    member, other = acting_as(add_member(made.id), made.id), add_member(made.id)
    for act in (
        lambda: services.remove_member(principal=member, user_id=other.id),
        lambda: services.change_role(principal=member, user_id=member.id, role="admin"),
        lambda: services.change_grants(principal=member, user_id=member.id, grants=["hr"]),
    ):
        with pytest.raises(Forbidden):
            act()


def test_nobody_gives_takes_or_touches_more_than_they_have(made, hr):
    member, admin = add_member(made.id), add_member(made.id, role="admin")
    for act in (
        lambda: services.change_role(principal=hr, user_id=member.id, role="admin"),
        lambda: services.change_grants(principal=hr, user_id=hr.id, grants=["admin"]),
        lambda: services.change_role(principal=hr, user_id=admin.id, role="member"),
        lambda: services.remove_member(principal=hr, user_id=admin.id),
    ):
        with pytest.raises(BeyondOwnRights):
            act()
    services.change_role(principal=hr, user_id=member.id, role="hr")
    services.remove_member(principal=hr, user_id=member.id)
    assert membership(member, made.id) is None


def test_admins_remove_admins(made):
    one, other = add_member(made.id, role="admin"), add_member(made.id, role="admin")
    services.remove_member(principal=acting_as(one, made.id), user_id=other.id)
    assert membership(other, made.id) is None


def test_other_organizations_people_are_not_found(made, owner):
    stranger = add_member(make_organization().id)
    for act in (
        lambda: services.remove_member(principal=owner, user_id=stranger.id),
        lambda: services.change_role(principal=owner, user_id=stranger.id, role="member"),
    ):
        with pytest.raises(NotFound):
            act()


def test_nobody_is_a_member_twice(made):
    person = make_user()
    with locked(made.id):
        members.join(made.id, person.id, role="member", selected_at=None, actor_id=None)
        with pytest.raises(AlreadyMember):
            members.join(made.id, person.id, role="member", selected_at=None, actor_id=None)
