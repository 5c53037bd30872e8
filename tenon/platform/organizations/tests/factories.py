"""Organizations and their people for tests."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tenon.kernel import permissions
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import NOW, make_user
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.models import Membership, Role
from tenon.platform.organizations.selectors import OrganizationFacts

__all__ = [
    "NOW",
    "acting_as",
    "add_member",
    "add_role",
    "make_organization",
    "make_user",
    "membership",
    "words_of_member",
]


def make_organization(owner: User | None = None, **fields: Any) -> OrganizationFacts:
    """An organization, and its owner unless there is one."""
    values = {"name": "Acme Inc.", "now": NOW, **fields}
    return services.create(owner_id=(owner or make_user()).id, **values)


def add_member(
    organization_id: UUID, user: User | None = None, *, role: str = "member", grants: Iterable[str] = ()
) -> User:
    """Somebody who belongs to the organization."""
    person = user or make_user()
    with organization_scope(organization_id):
        Membership.objects.create(user=person, role=role, grants=list(grants))
    return person


def add_role(organization_id: UUID, name: str, *words: str) -> None:
    """A role of the organization's own."""
    with organization_scope(organization_id):
        Role.objects.create(name=name, permissions=list(words))


def words_of_member() -> tuple[str, ...]:
    """What the built-in role `member` may do: whatever the installed apps have declared for it."""
    return tuple(sorted(permissions.of_role("member")))


def acting_as(user: User | UUID, organization_id: UUID) -> Principal:
    """The person, as a request of theirs about this organization would have it."""
    user_id = user if isinstance(user, UUID) else user.id
    return selectors.acting(Principal(PrincipalKind.USER, user_id), str(organization_id))


def membership(user: User, organization_id: UUID) -> Membership | None:
    """What the person is there, straight from the table."""
    with organization_scope(organization_id):
        return Membership.objects.filter(user=user).first()
