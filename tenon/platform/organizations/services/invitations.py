"""Invitations: sending, taking back, answering."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from tenon.kernel import crypto, mail
from tenon.kernel.errors import NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import self_scope, system_scope
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.engines import addresses
from tenon.platform.organizations import policies
from tenon.platform.organizations.errors import AlreadyMember, ForAnother, InvitationClosed
from tenon.platform.organizations.events import InvitationSent
from tenon.platform.organizations.models import Invitation, Membership, Organization
from tenon.platform.organizations.selectors import InvitationFacts, invitation_facts_of
from tenon.platform.organizations.services import members
from tenon.platform.organizations.services.closing import close_invitation
from tenon.platform.organizations.services.turns import locked, tell, turn

LIFETIME = timedelta(days=7)
State = Invitation.State


def invite(*, principal: Principal, email: str, role: str, now: datetime) -> InvitationFacts:
    """Mail an invitation to join as `role`; one that waits for an answer from the same address is replaced.

    Raises Forbidden, InvalidEmail, UnknownRole, BeyondOwnRights, AlreadyMember.
    """
    address = addresses.normalized(email)
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.INVITE))
        members.require_giveable(principal, [role], pointer="/role")
        invitee = identity.verified_account(address=address)
        if invitee is not None and Membership.objects.filter(user=invitee).exists():
            raise AlreadyMember
        for earlier in Invitation.pending().filter(email_normalized=address):
            members.require_covers(principal, earlier.role)
            close_invitation(organization.id, earlier, State.REVOKED, actor_id=principal.id)
        secret = crypto.random_token()
        invitation = Invitation.objects.create(
            email=email.strip(),
            email_normalized=address,
            role=role,
            digest=crypto.digest(secret),
            expires_at=now + LIFETIME,
            invited_by_id=principal.id or organization.owner_id,
            invitee_id=invitee,
        )
        _mail(invitation, organization, token=f"{organization.id.hex}.{secret}")
        tell(InvitationSent(organization.id, principal.id, invitation.id, role))
        return invitation_facts_of(invitation)


def revoke_invitation(*, principal: Principal, invitation_id: UUID) -> None:
    """Take an invitation back.

    Raises Forbidden, NotFound, BeyondOwnRights, and InvitationClosed when it was answered already.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.INVITE))
        invitation = _find(invitation_id)
        if invitation.state != State.PENDING:
            raise InvitationClosed
        members.require_covers(principal, invitation.role)
        close_invitation(organization.id, invitation, State.REVOKED, actor_id=principal.id)


def accept(*, user_id: UUID, invitation_id: UUID, now: datetime) -> UUID:
    """Join the organization of an invitation to the person's own verified address. Returns the organization's id.

    Raises NotFound, InvitationClosed, AlreadyMember.
    """
    with locked(_organization_of(user_id, invitation_id)) as organization:
        return _accept(_find(invitation_id), organization, user_id=user_id, now=now)


def accept_by_token(*, user_id: UUID, token: str, now: datetime) -> UUID:
    """The same with the token of the emailed link.

    Raises NotFound for a token that is not good, ForAnother, InvitationClosed, AlreadyMember.
    """
    place, _dot, secret = token.partition(".")
    try:
        organization_id = UUID(hex=place)
    except ValueError:
        raise NotFound from None
    with locked(organization_id) as organization:
        invitation = Invitation.objects.filter(digest=crypto.digest(secret)).first() if secret.isascii() else None
        if invitation is None:
            raise NotFound
        return _accept(invitation, organization, user_id=user_id, now=now)


def decline(*, user_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """Turn down an invitation to the person's own verified address. Raises NotFound, InvitationClosed."""
    with locked(_organization_of(user_id, invitation_id)) as organization:
        invitation = _find(invitation_id)
        _require_answerable(invitation, user_id=user_id, now=now)
        close_invitation(organization.id, invitation, State.DECLINED, actor_id=user_id)


def claim(*, user_id: UUID) -> None:
    """Show a person the invitations that were sent to their address before they had shown to hold it."""
    user = identity.user_facts(user_id=user_id)
    if user.is_verified:
        address = addresses.normalized(user.email)
        with system_scope(reason="any organization may have invited an address before its owner had an account"):
            Invitation.pending().filter(email_normalized=address).update(invitee=user_id)


def expire(*, now: datetime) -> int:
    """Mark the invitations whose time is up; how many these were."""
    with system_scope(reason="invitations of every organization expire"):
        return Invitation.pending().filter(expires_at__lte=now).update(state=State.EXPIRED)


def _organization_of(user_id: UUID, invitation_id: UUID) -> UUID:
    with self_scope(user_id, read_only=True):
        found = Invitation.objects.filter(pk=invitation_id).values_list("organization_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def _find(invitation_id: UUID) -> Invitation:
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound
    return invitation


def _require_answerable(invitation: Invitation, *, user_id: UUID, now: datetime) -> None:
    user = identity.user_facts(user_id=user_id)
    if not user.is_verified or addresses.normalized(user.email) != invitation.email_normalized:
        raise ForAnother
    if not invitation.is_open(now):
        raise InvitationClosed


def _accept(invitation: Invitation, organization: Organization, *, user_id: UUID, now: datetime) -> UUID:
    _require_answerable(invitation, user_id=user_id, now=now)
    members.join(organization.id, user_id, role=invitation.role, selected_at=None, actor_id=user_id)
    close_invitation(organization.id, invitation, State.ACCEPTED, actor_id=user_id)
    return organization.id


def _mail(invitation: Invitation, organization: Organization, *, token: str) -> None:
    page = settings.INVITATION_URL or f"{settings.SITE_URL}/invitation/"
    mail.send(
        template="invitation",
        to=invitation.email,
        context={
            "organization": organization.name,
            # In the fragment, which a browser sends neither to a server nor in a Referer.
            "link": f"{page}#token={token}",
            "days": LIFETIME.days,
        },
        locale=organization.locale,
    )
