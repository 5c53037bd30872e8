"""What people are told when something happens to accounts and organizations; each in a transaction of its own."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.registry import subscribe
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.api_keys import selectors as api_keys
from tenon.platform.api_keys.events import ApiKeyEvent, ApiKeyExpiring
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.events import PasswordChanged, PasswordReset, SessionRevoked, SignedInFromNewDevice
from tenon.platform.notifications.policies import NotificationType, own
from tenon.platform.notifications.policies.types import SOMEBODY
from tenon.platform.notifications.services import forget_session, notify, retention, sockets
from tenon.platform.organizations import selectors as organizations
from tenon.platform.organizations.events import (
    InvitationClosed,
    InvitationSent,
    MemberLeft,
    MemberRoleChanged,
    OrganizationClosed,
    OrganizationEvent,
    OwnershipTransferred,
)
from tenon.platform.webhooks.events import EndpointDisabled, EndpointEvent


@subscribe(PasswordChanged)
def tell_of_password_change(event: PasswordChanged) -> None:
    notify(recipient_ids=[event.user_id], kind=own.PASSWORD_CHANGED)


@subscribe(PasswordReset)
def tell_of_password_reset(event: PasswordReset) -> None:
    notify(recipient_ids=[event.user_id], kind=own.PASSWORD_CHANGED)


@subscribe(SignedInFromNewDevice)
def tell_of_new_device(event: SignedInFromNewDevice) -> None:
    started = identity.session_facts(session_id=event.session_id)
    if started is not None:
        values = {"device": started.user_agent[:200] or _("an unknown device"), "address": started.ip or "–"}
        notify(recipient_ids=[event.user_id], kind=own.NEW_DEVICE, values=values)


@subscribe(SessionRevoked)
def end_session(event: SessionRevoked) -> None:
    """Pushes to the device that signed in there end, and so do its sockets."""
    forget_session(session_id=event.session_id)
    sockets.end(session_id=event.session_id)


@subscribe(InvitationSent)
def tell_the_invited(event: InvitationSent) -> None:
    """Whoever has an account under the invited address; the letter has gone to the address itself."""
    parties = organizations.parties_of(organization_id=event.organization_id, invitation_id=event.invitation_id)
    if parties is not None and parties[1] is not None:
        _tell(event, [parties[1]], own.INVITED)


@subscribe(InvitationClosed)
def tell_the_inviter(event: InvitationClosed) -> None:
    """That somebody has accepted."""
    if event.state != "accepted" or event.actor_id is None:
        return
    parties = organizations.parties_of(organization_id=event.organization_id, invitation_id=event.invitation_id)
    if parties is not None:
        people = identity.active_people(user_ids=[event.actor_id])
        person = people[0].full_name or people[0].email if people else str(SOMEBODY)
        _tell(event, [parties[0]], own.INVITATION_ACCEPTED, about=event.actor_id, person=person)


@subscribe(MemberRoleChanged)
def tell_of_role(event: MemberRoleChanged) -> None:
    if event.user_id != event.actor_id:
        _tell(event, [event.user_id], own.ROLE_CHANGED, role=", ".join([event.role, *event.grants]))


@subscribe(OwnershipTransferred)
def tell_the_owner(event: OwnershipTransferred) -> None:
    _tell(event, [event.user_id], own.OWNERSHIP)


@subscribe(MemberLeft)
def part(event: MemberLeft) -> None:
    """What only members are told is gone for who is none any more."""
    retention.forget_membership(organization_id=event.organization_id, user_id=event.user_id)
    if event.user_id != event.actor_id:
        _tell(event, [event.user_id], own.REMOVED)


@subscribe(OrganizationClosed)
def close(event: OrganizationClosed) -> None:
    """What only members are told is gone for all of them."""
    retention.forget_membership(organization_id=event.organization_id)


@subscribe(ApiKeyExpiring)
def tell_of_expiring_key(event: ApiKeyExpiring) -> None:
    """All admins, within a week of the end; of a key that was deleted or revoked meanwhile nobody."""
    now = clock.now()
    try:
        with organization_scope(event.organization_id, read_only=True):
            key = api_keys.key_facts(key_id=event.key_id, now=now)
    except NotFound:
        return
    if key.revoked_at is None:
        admins = organizations.admins_of(organization_id=event.organization_id)
        when = f"{event.expires_at:%Y-%m-%d %H:%M} UTC"
        _tell(event, admins, own.KEY_EXPIRING, key=key.name, prefix=key.prefix, when=when)


@subscribe(EndpointDisabled)
def tell_of_disabled_endpoint(event: EndpointDisabled) -> None:
    """All admins, unless one of them wanted it so."""
    why = {"gone": _("it answered 410 Gone"), "failing": _("no delivery has succeeded for 5 days")}.get(event.reason)
    if why is not None:
        admins = organizations.admins_of(organization_id=event.organization_id)
        host = event.host or _("one of its endpoints")
        _tell(event, admins, own.WEBHOOK_DISABLED, host=host, why=why)


def _tell(
    event: OrganizationEvent | ApiKeyEvent | EndpointEvent,
    user_ids: Collection[UUID],
    kind: NotificationType,
    *,
    about: UUID | None = None,
    **values: str,
) -> None:
    try:
        organization = organizations.organization_facts(organization_id=event.organization_id)
    except NotFound:  # closed meanwhile
        return
    notify(
        recipient_ids=user_ids,
        kind=kind,
        values={"organization": organization.name, **values},
        organization_id=event.organization_id,
        about=about,
    )
