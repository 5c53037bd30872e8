"""The roles that an organization makes for itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.principal import Principal
from tenon.platform.organizations import policies
from tenon.platform.organizations.errors import RoleInUse, RoleTaken, UnknownPermissions
from tenon.platform.organizations.events import RoleChanged
from tenon.platform.organizations.models import Invitation, Membership, Role
from tenon.platform.organizations.selectors import RoleFacts, role_facts_of
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

    Raises Forbidden, NotFound, UnknownPermissions, and BeyondOwnRights for what the principal lacks, before or after.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.MANAGE_ROLES))
        role = _find(name)
        words = sorted(set(changes.get("permissions", role.permissions)))
        _require_giveable(principal, words, before=role.permissions)
        role.permissions, role.description = words, changes.get("description", role.description)
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
    if Membership.objects.filter(role=name).exists() or Invitation.pending().filter(role=name).exists():
        return True
    # Not every engine can look into a list, and few members have any.
    granted = Membership.objects.exclude(grants=[]).values_list("grants", flat=True)
    return any(name in grants for grants in granted.iterator())


def _require_giveable(principal: Principal, words: Iterable[str], *, before: Iterable[str]) -> None:
    if unknown := [word for word in words if not policies.can_be_put_into_roles(word)]:
        detail = _("There is no permission %(word)s to give.") % {"word": ", ".join(unknown)}
        raise UnknownPermissions(errors=[FieldError("/permissions", UnknownPermissions.code, detail)])
    policies.require_covers_words(principal, {*words, *before})
