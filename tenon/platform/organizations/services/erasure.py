"""When a person asks to go, and when they are forgotten: what becomes of what they belong to."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, Q, When

from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity import selectors as identity
from tenon.platform.identity import services as accounts
from tenon.platform.identity.engines import addresses
from tenon.platform.organizations import policies, selectors
from tenon.platform.organizations.errors import StillOwner
from tenon.platform.organizations.events import (
    MemberLeft,
    OrganizationClosed,
    OrganizationUpdated,
    OwnershipTransferred,
)
from tenon.platform.organizations.models import Invitation, Membership, Organization
from tenon.platform.organizations.services import members
from tenon.platform.organizations.services.closing import withdraw_sent_by
from tenon.platform.organizations.services.organizations import name_after
from tenon.platform.organizations.services.turns import tell

ERASED = "erased"
NOBODY = "erased@erased.invalid"
# Whoever cannot sign in is the last to whom an organization goes.
_FITTEST_FIRST = ("-user__is_active", Case(When(role=policies.ADMIN, then=0), default=1), "created_at", "id")


def leave_for_good(*, user_id: UUID, session_id: UUID | None, password: str, now: datetime) -> datetime:
    """Note that the person wants to be forgotten. Returns when it will be done.

    Raises WrongPassword, ProofRequired, TooManyRequests, and StillOwner while others would lose their owner.
    """
    _require_free_to_go(user_id, session_id, password, now=now)
    return accounts.request_erasure(user_id=user_id, now=now)


def deactivate(*, user_id: UUID, session_id: UUID | None, password: str, now: datetime) -> None:
    """Let a person switch their own account off; only staff switch it on again. Raises the same."""
    _require_free_to_go(user_id, session_id, password, now=now)
    accounts.disable_user(user_id=user_id, now=now)


def forget(*, user_id: UUID, now: datetime) -> None:
    """End what the person belongs to, in the open system scope.

    Organizations of theirs alone are closed, workspaces with their name in it lose it; one that others have joined
    meanwhile goes to its first admin, or its first member, who can sign in. Invitations lose the address.
    """
    owned = Organization.objects.filter(owner=user_id).values_list("pk", flat=True)
    joined = Membership.objects.filter(user=user_id).values_list("organization_id", flat=True)
    # In the order of the key, so that two who are erased at once wait for each other instead of deadlocking.
    for organization_id in sorted({*owned, *joined}):
        with organization_scope(organization_id):
            _part(Organization.objects.locked().get(pk=organization_id), user_id, now=now)
    address = addresses.normalized(identity.user_facts(user_id=user_id).email)
    mine = Invitation.objects.filter(Q(invitee=user_id) | Q(email_normalized=address))
    mine.filter(state=Invitation.State.PENDING).update(state=Invitation.State.REVOKED)
    mine.update(email=NOBODY, email_normalized=NOBODY, invitee=None)


def _require_free_to_go(user_id: UUID, session_id: UUID | None, password: str, *, now: datetime) -> None:
    accounts.require_proof(user_id=user_id, session_id=session_id, password=password, now=now)
    kept = selectors.owned_with_others(user_id=user_id)
    if kept:
        raise StillOwner(extra={"organizations": kept})


def _part(organization: Organization, user_id: UUID, *, now: datetime) -> None:
    """End what the person is in a locked organization, whose owner they may have become a moment ago."""
    if organization.owner_id == user_id:
        _hand_over_or_close(organization, user_id, now=now)
    membership = Membership.objects.filter(user=user_id).first()
    if membership is not None:
        withdraw_sent_by(organization.id, user_id, actor_id=None)
        tell(MemberLeft(organization.id, None, user_id))
        membership.delete()


def _hand_over_or_close(organization: Organization, user_id: UUID, *, now: datetime) -> None:
    organization_id = organization.id
    others = Membership.objects.exclude(user=user_id).order_by(*_FITTEST_FIRST)
    heir = others.first()
    if heir is not None and organization.closed_at is None:
        members.give(organization_id, heir, role=policies.ADMIN, grants=heir.grants, actor_id=None)
        organization.owner_id = heir.user_id
        if organization.is_personal:
            name_after(organization, identity.user_facts(user_id=heir.user_id))
            tell(OrganizationUpdated(organization_id, None, ("name", "slug")))
        organization.save(update_fields=["owner", "name", "slug", "updated_at", "version"])
        tell(OwnershipTransferred(organization_id, None, heir.user_id))
        return
    if organization.is_personal:
        organization.name, organization.slug = ERASED, f"{ERASED}-{organization_id.hex}"
    if organization.closed_at is None:
        organization.closed_at = now
        Invitation.pending().update(state=Invitation.State.REVOKED)
        tell(OrganizationClosed(organization_id, None))
    organization.save()
