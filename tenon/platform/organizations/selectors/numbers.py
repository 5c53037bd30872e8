"""Numbers of the whole deployment, and what there is of one person in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from tenon.kernel.statistics import Statistic, counted
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.organizations.models import Invitation, Membership, Organization


@dataclass(frozen=True, slots=True)
class Census:
    """How many open organizations, members and open invitations there are, and whether the default one is there."""

    organizations: int
    personal: int
    members: int
    invitations: int
    has_default: bool


def census(*, now: datetime) -> Census:
    """The numbers. Four queries."""
    with system_scope(reason="numbers of the whole deployment, for its operators", read_only=True):
        return Census(
            **Organization.objects.open().aggregate(
                organizations=Count("pk"), personal=Count("pk", filter=Q(is_personal=True))
            ),
            members=Membership.objects.count(),
            invitations=Invitation.pending().filter(expires_at__gt=now).count(),
            has_default=Organization.objects.open().filter(slug=settings.DEFAULT_ORGANIZATION).exists(),
        )


def statistics() -> tuple[Statistic, ...]:
    """What this app counts, for the deployment's operators."""
    return (
        Statistic(
            "organizations",
            _("Organizations"),
            lambda now: Organization.objects.open().count(),
            lambda period: counted(Organization.objects.all(), "created_at", period),
        ),
    )


def held_of(user_id: UUID) -> dict[str, Any]:
    """What organizations keep of a person, in the open scope: what they belong to, own, and are invited to."""
    names = ("organization_id", "organization__name", "role", "created_at")
    memberships = Membership.objects.filter(user=user_id).order_by("created_at")
    invitations = Invitation.objects.filter(invitee=user_id).order_by("created_at")
    return {
        "memberships": list(memberships.values(*names, "grants", "selected_at")),
        "owned": list(Organization.objects.filter(owner=user_id).order_by("created_at").values("id", "name", "slug")),
        "invitations": list(invitations.values(*names, "email", "state", "expires_at")),
        "sent_invitations": list(
            Invitation.objects.filter(invited_by=user_id).order_by("created_at").values(*names, "state")
        ),
    }
