"""Members: choosing among one's organizations, leaving, other roles, and removal."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.principal import Principal
from tenon.platform.organizations import policies, selectors
from tenon.platform.organizations.errors import AlreadyMember, OwnerStays, UnknownRole
from tenon.platform.organizations.events import MemberJoined, MemberLeft, MemberRoleChanged
from tenon.platform.organizations.models import Membership
from tenon.platform.organizations.selectors import OrganizationFacts
from tenon.platform.organizations.services.closing import withdraw_sent_by
from tenon.platform.organizations.services.turns import tell, turn


def switch(*, principal: Principal, now: datetime) -> OrganizationFacts:
    """Make the principal's organization the one that the person acts in unless a request says otherwise.

    Raises NotFound.
    """
    with turn(principal) as (organization, principal):
        Membership.objects.filter(user=principal.id).update(selected_at=now)
        return selectors.facts_of(organization)


def leave(*, principal: Principal) -> None:
    """Take the person out of the organization. Raises NotFound, and OwnerStays for the owner."""
    with turn(principal) as (organization, principal):
        if principal.id == organization.owner_id:
            raise OwnerStays
        _part(organization.id, find(cast(UUID, principal.id)), actor_id=principal.id)


def remove_member(*, principal: Principal, user_id: UUID) -> None:
    """Take somebody else out of the organization.

    Raises Forbidden, NotFound, OwnerStays, and BeyondOwnRights when the member may do more than the principal.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.REMOVE))
        member = _touchable(principal, user_id, owner_id=organization.owner_id)
        _part(organization.id, member, actor_id=principal.id)


def change_role(*, principal: Principal, user_id: UUID, role: str) -> None:
    """Give a member another role.

    Raises Forbidden, NotFound, UnknownRole, OwnerStays, and BeyondOwnRights when the role of before or after has more
    than the principal.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.CHANGE_ROLE))
        member = _touchable(principal, user_id, owner_id=organization.owner_id)
        require_giveable(principal, [role], pointer="/role")
        give(organization.id, member, role=role, grants=member.grants, actor_id=principal.id)


def change_grants(*, principal: Principal, user_id: UUID, grants: Iterable[str]) -> None:
    """Give a member these further roles beside their own, and no others. Raises as `change_role`."""
    wanted = sorted(set(grants))
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.CHANGE_ROLE))
        member = _touchable(principal, user_id, owner_id=organization.owner_id)
        require_giveable(principal, wanted, pointer="/grants")
        give(organization.id, member, role=member.role, grants=wanted, actor_id=principal.id)


def find(user_id: UUID) -> Membership:
    """A member of the scope's organization. Raises NotFound."""
    member = Membership.objects.filter(user=user_id).first()
    if member is None:
        raise NotFound
    return member


def give(organization_id: UUID, member: Membership, *, role: str, grants: list[str], actor_id: UUID | None) -> None:
    """Set what a member is, in the caller's turn; nothing is told where nothing changes."""
    if (member.role, member.grants) == (role, grants):
        return
    member.role, member.grants = role, grants
    member.save(update_fields=["role", "grants"])
    if policies.ADMIN not in (role, *grants):
        withdraw_sent_by(organization_id, member.user_id, actor_id=actor_id)
    tell(MemberRoleChanged(organization_id, actor_id, member.user_id, role, tuple(grants)))


def join(
    organization_id: UUID, user_id: UUID, *, role: str, selected_at: datetime | None, actor_id: UUID | None
) -> None:
    """Make somebody a member, in the caller's turn. Raises AlreadyMember."""
    if Membership.objects.filter(user=user_id).exists():
        raise AlreadyMember
    Membership.objects.create(user_id=user_id, role=role, selected_at=selected_at)
    tell(MemberJoined(organization_id, actor_id, user_id, role))


def require_giveable(principal: Principal, names: Iterable[str], *, pointer: str) -> None:
    """Refuse roles that there are not, and those with more than the principal. Raises UnknownRole, BeyondOwnRights."""
    own = selectors.own_roles()
    if unknown := sorted({*names} - policies.known_roles(own)):
        detail = _("There is no role %(name)s.") % {"name": ", ".join(unknown)}
        raise UnknownRole(errors=[FieldError(pointer, UnknownRole.code, detail)])
    policies.require_covers(principal, names, own)


def require_covers(principal: Principal, *names: str) -> None:
    """Refuse to take back roles with more than the principal has. Raises BeyondOwnRights."""
    policies.require_covers(principal, names, selectors.own_roles())


def _touchable(principal: Principal, user_id: UUID, *, owner_id: UUID) -> Membership:
    """A member whom the principal may do something to: not the owner, and nobody who may do more."""
    member = find(user_id)
    if user_id == owner_id:
        raise OwnerStays
    require_covers(principal, member.role, *member.grants)
    return member


def _part(organization_id: UUID, member: Membership, *, actor_id: UUID | None) -> None:
    withdraw_sent_by(organization_id, member.user_id, actor_id=actor_id)
    tell(MemberLeft(organization_id, actor_id, member.user_id))
    member.delete()
