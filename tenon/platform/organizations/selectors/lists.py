"""Members, roles and invitations, for a list's own scope, and who among them is meant."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import policies
from tenon.platform.organizations.models import Invitation, Membership, Role
from tenon.platform.organizations.selectors.facts import InvitationFacts, RoleFacts, columns


def members() -> QuerySet[Any, Any]:
    """The members of the scope's organization; `is_owner` says which of them it belongs to."""
    is_owner = Q(user=F("organization__owner"))
    return Membership.objects.annotate(is_owner=ExpressionWrapper(is_owner, output_field=BooleanField()))


def addresses_of_admins() -> list[str]:
    """The email addresses of the admins of the scope's organization, for notices about it."""
    rows = Membership.objects.filter(role=policies.ADMIN, user__is_active=True).order_by("created_at", "id")
    return list(rows.values_list("user__email", flat=True))


def admins_of(*, organization_id: UUID) -> list[UUID]:
    """The people who are admins of the organization, by role or by grant, and its owner; none of a closed one."""
    with organization_scope(organization_id, read_only=True):
        rows = Membership.objects.filter(organization__closed_at=None, user__is_active=True)
        likely = rows.filter(Q(role=policies.ADMIN) | Q(user=F("organization__owner")) | ~Q(grants=[]))
        found = likely.order_by("created_at", "id").values_list("user_id", "role", "grants", "organization__owner_id")
        return [
            user_id
            for user_id, role, grants, owner_id in found
            if user_id == owner_id or policies.ADMIN in (role, *grants)
        ]


def members_among(*, organization_id: UUID, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of the people who belong to the organization; none of a closed one."""
    with organization_scope(organization_id, read_only=True):
        rows = Membership.objects.filter(user__in=user_ids, organization__closed_at=None)
        return set(rows.values_list("user_id", flat=True))


def parties_of(*, organization_id: UUID, invitation_id: UUID) -> tuple[UUID, UUID | None] | None:
    """Who sent an invitation, and the account that it is for, where there is one; None for an unknown invitation."""
    with organization_scope(organization_id, read_only=True):
        rows = Invitation.objects.filter(pk=invitation_id)
        return rows.values_list("invited_by_id", "invitee_id").first()


def invitations() -> QuerySet[Invitation, Any]:
    """The invitations of the scope's organization, as values."""
    rows: QuerySet[Invitation, Any] = Invitation.objects.values(*columns(InvitationFacts))
    return rows


def my_invitations(*, now: datetime) -> QuerySet[Invitation, Any]:
    """The invitations of the scope's person that can be answered, as values."""
    rows = Invitation.pending().filter(expires_at__gt=now, organization__closed_at=None)
    return rows.values("id", "role", "expires_at", "created_at", "organization_id", "organization__name")


def roles() -> QuerySet[Role, Any]:
    """The roles that the scope's organization made for itself, as values."""
    rows: QuerySet[Role, Any] = Role.objects.values(*columns(RoleFacts))
    return rows
