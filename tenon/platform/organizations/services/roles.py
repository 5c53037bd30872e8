"""The roles that an organization makes for itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.principal import Principal
from tenon.platform.organizations import policies
from tenon.platform.organizations.errors import RoleInUse, RoleTaken, UnknownPermissions
from tenon.platform.organizations.events import RoleChanged
from tenon.platform.organizations.models import Invitation, Membership, Role
from tenon.platform.organizations.selectors import RoleFacts, role_facts_of
from tenon.platform.organizations.services.closing import withdraw_sent_by
from tenon.platform.organizations.services.turns import tell, turn


def create_role(*, principal: Principal, name: str, permissions: Iterable[str], description: str = "") -> RoleFacts:
    """Make a role. Raises Forbidden, RoleTaken, UnknownPermissions, BeyondOwnRights."""
    words = sorted(set(permissions))
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.MANAGE_ROLES))
        _require_giveable(principal, words, before=())
        if name in {policies.OWNER, *policies.known_roles(())} or Role.objects.filter(name=name).exists():
            raise RoleTaken
        role = Role.objects.create(name=name, description=description, permissions=words)
        tell(RoleChanged(organization.id, principal.id, name, tuple(words)))
        return role_facts_of(role)


def update_role(*, principal: Principal, name: str, changes: Mapping[str, Any]) -> RoleFacts:
    """Give a role another description or other permissions; whoever has it, has those at once.

    Where a permission is taken out, what its holders have sent and nobody has answered is withdrawn.

    Raises Forbidden, NotFound, UnknownPermissions, and BeyondOwnRights for what the principal lacks, before or after.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.MANAGE_ROLES))
        role = _find(name)
        words = sorted(set(changes.get("permissions", role.permissions)))
        _require_giveable(principal, words, before=role.permissions)
        if not set(role.permissions).issubset(words):
            _withdraw_sent_by_holders(organization.id, name, actor_id=principal.id)
        before = role.permissions, role.description
        role.permissions, role.description = words, changes.get("description", role.description)
        if (role.permissions, role.description) != before:
            role.save(update_fields=["permissions", "description"])
            tell(RoleChanged(organization.id, principal.id, name, tuple(words)))
        return role_facts_of(role)


def delete_role(*, principal: Principal, name: str) -> None:
    """Delete a role that nobody has. Raises Forbidden, NotFound, RoleInUse, BeyondOwnRights."""
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.MANAGE_ROLES))
        role = _find(name)
        policies.require_covers_words(principal, role.permissions)
        if _is_in_use(name):
            raise RoleInUse
        role.delete()
        tell(RoleChanged(organization.id, principal.id, name, tuple(role.permissions), deleted=True))


def _find(name: str) -> Role:
    role = Role.objects.filter(name=name).first()
    if role is None:
        raise NotFound
    return role


def _is_in_use(name: str) -> bool:
    return Invitation.pending().filter(role=name).exists() or any(_holders(name))


def _withdraw_sent_by_holders(organization_id: UUID, name: str, *, actor_id: UUID | None) -> None:
    """Holders of a role that loses a word may have invited people by it, as what they can no longer give."""
    for member in list(_holders(name)):
        if policies.ADMIN not in (member.role, *member.grants):
            withdraw_sent_by(organization_id, member.user_id, actor_id=actor_id)


def _holders(name: str) -> Iterator[Membership]:
    yield from Membership.objects.filter(role=name)
    # Not every engine can look into a list, and few members have any.
    granted = Membership.objects.exclude(role=name).exclude(grants=[])
    yield from (member for member in granted.iterator() if name in member.grants)


def _require_giveable(principal: Principal, words: Iterable[str], *, before: Iterable[str]) -> None:
    if unknown := [word for word in words if not policies.can_be_put_into_roles(word)]:
        detail = _("There is no permission %(word)s to give.") % {"word": ", ".join(unknown)}
        raise UnknownPermissions(errors=[FieldError("/permissions", UnknownPermissions.code, detail)])
    policies.require_covers_words(principal, {*words, *before})
