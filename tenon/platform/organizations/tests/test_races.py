"""What must hold when it all happens at once, on a database of its own, on every engine."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.tenancy.scopes import self_scope
from tenon.platform.identity.tests.threads import together
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.models import Organization
from tenon.platform.organizations.tests.factories import (
    NOW,
    acting_as,
    add_member,
    add_role,
    make_organization,
    make_user,
    membership,
)
from tenon.testing.databases import Clone

PARALLEL = 12


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: each test brings organizations of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def kinds(results: Sequence[object]) -> Counter[str]:
    """How often each kind of result came."""
    return Counter(type(result).__name__ for result in results)


def owner_is_an_admin(organization_id) -> bool:
    owner = Organization.objects.select_related("owner").get(pk=organization_id).owner
    return membership(owner, organization_id).role == "admin"


def test_an_invitation_is_accepted_once():
    made, person = make_organization(), make_user()
    sent = services.invite(principal=acting_as(made.owner_id, made.id), email=person.email, role="member", now=NOW)
    accept = partial(services.accept, user_id=person.id, invitation_id=sent.id, now=NOW)
    assert kinds(together([accept] * PARALLEL)) == {"UUID": 1, "InvitationClosed": PARALLEL - 1}


def test_an_invitation_is_accepted_or_revoked():
    made, person = make_organization(), make_user()
    owner = acting_as(made.owner_id, made.id)
    for _ in range(5):
        sent = services.invite(principal=owner, email=person.email, role="member", now=NOW)
        results = together(
            [
                partial(services.accept, user_id=person.id, invitation_id=sent.id, now=NOW),
                partial(services.revoke_invitation, principal=owner, invitation_id=sent.id),
            ]
        )
        assert kinds(results)["InvitationClosed"] == 1
        if membership(person, made.id):
            services.remove_member(principal=owner, user_id=person.id)


def test_an_address_has_one_invitation_that_waits():
    made, person = make_organization(), make_user()
    owner = acting_as(made.owner_id, made.id)
    invite = partial(services.invite, principal=owner, email=person.email, role="member", now=NOW)
    assert kinds(together([invite] * PARALLEL)) == {"InvitationFacts": PARALLEL}
    with self_scope(person.id):
        assert len(selectors.my_invitations(now=NOW)) == 1


def test_an_organization_is_transferred_once():
    made = make_organization()
    heirs = [add_member(made.id) for _ in range(PARALLEL)]
    owner = acting_as(made.owner_id, made.id)
    results = together([partial(services.transfer_ownership, principal=owner, user_id=heir.id) for heir in heirs])
    assert kinds(results) == {"OrganizationFacts": 1, "Forbidden": PARALLEL - 1}
    assert owner_is_an_admin(made.id)


@pytest.mark.parametrize("way_out", ["leave", "remove"])
def test_nobody_becomes_the_owner_on_the_way_out(way_out: str):
    for _ in range(5):
        made = make_organization()
        heir = add_member(made.id)
        owner = acting_as(made.owner_id, made.id)
        go: dict[str, Callable[[], None]] = {
            "leave": partial(services.leave, principal=acting_as(heir, made.id)),
            "remove": partial(services.remove_member, principal=owner, user_id=heir.id),
        }
        results = together([partial(services.transfer_ownership, principal=owner, user_id=heir.id), go[way_out]])
        assert kinds(results) in ({"OrganizationFacts": 1, "OwnerStays": 1}, {"NoneType": 1, "NotFound": 1})
        assert owner_is_an_admin(made.id)


def test_of_two_admins_who_demote_each_other_one_stays():
    for _ in range(5):
        made = make_organization()
        one, other = (add_member(made.id, role="admin") for _ in range(2))
        results = together(
            [
                partial(services.change_role, principal=acting_as(a, made.id), user_id=b.id, role="member")
                for a, b in ((one, other), (other, one))
            ]
        )
        assert kinds(results) == {"NoneType": 1, "Forbidden": 1}
        assert sorted(membership(person, made.id).role for person in (one, other)) == ["admin", "member"]


def test_a_role_is_not_deleted_from_under_whom_it_is_given():
    for number in range(5):
        made = make_organization()
        add_role(made.id, "brief", "members:list")
        person = add_member(made.id)
        owner = acting_as(made.owner_id, made.id)
        results = together(
            [
                partial(services.delete_role, principal=owner, name="brief"),
                partial(services.change_role, principal=owner, user_id=person.id, role="brief"),
            ]
        )
        assert kinds(results) in ({"NoneType": 1, "RoleInUse": 1}, {"NoneType": 1, "UnknownRole": 1}), number


def test_a_slug_is_taken_once():
    people = [make_user() for _ in range(PARALLEL)]
    slug = f"race-{people[0].id.hex[:12]}"
    results = together([partial(make_organization, person, slug=slug) for person in people])
    assert kinds(results) == {"OrganizationFacts": 1, "SlugTaken": PARALLEL - 1}


def test_the_default_organization_is_made_once(settings):
    settings.DEFAULT_ORGANIZATION = f"default-{make_user().id.hex[:12]}"
    people = [make_user() for _ in range(PARALLEL)]
    results = together([partial(services.create_default, owner_id=person.id, now=NOW) for person in people])
    assert kinds(results) == {"NoneType": PARALLEL}
    assert Organization.objects.filter(slug=settings.DEFAULT_ORGANIZATION).count() == 1
