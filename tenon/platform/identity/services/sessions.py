"""Sessions: how they start, turn and end.

A refresh token is good for one turn of its session. Whoever comes with the turn before, within ten seconds, is taken
for another tab or a retry and gets the same successor; any older one is taken for a stolen copy and ends the session
(RFC 9700, 4.14.2).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.engines import access_tokens, refresh_tokens, user_agents
from tenon.platform.identity.errors import InvalidCredentials, InvalidToken
from tenon.platform.identity.events import SessionRevoked, SessionStarted, SignedInFromNewDevice
from tenon.platform.identity.models import Session, SessionQuerySet, User
from tenon.platform.identity.selectors import UserFacts, facts_of, signed_in_user
from tenon.platform.identity.services.staying import cancel_erasure

GRACE = timedelta(seconds=10)
USER_AGENT_LENGTH = 400
REMEMBERED = 100  # sessions that a sign-in is compared with
RevokeReason = Session.RevokeReason


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of the device someone signs in from."""

    user_agent: str = ""
    ip: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token (JWT) and the refresh token that follows it."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just started."""

    access: str
    refresh: str
    user: UserFacts
    session_id: UUID


def start_session(*, user_id: UUID, device: Device, now: datetime) -> SignedIn:
    """Sign in someone who has proved who they are: every way of signing in ends here or in `begin`.

    Raises InvalidCredentials when there is no such account or it is disabled.
    """
    with transaction.atomic():
        if not User.objects.filter(pk=user_id, is_active=True).update(last_login=now):
            raise InvalidCredentials
        return begin(user=User.objects.get(pk=user_id), device=device, now=now)


def begin(*, user: User, device: Device, now: datetime) -> SignedIn:
    """Open a session in the caller's transaction, which holds the account's row."""
    ends_at = now + settings.SESSION_LIFETIME
    is_new = _is_new_device(user, device)
    session = Session.objects.create(
        user=user,
        created_at=now,
        last_used_at=now,
        idle_expires_at=min(ends_at, now + idle_lifetime(is_staff=user.is_staff)),
        absolute_expires_at=ends_at,
        user_agent=device.user_agent[:USER_AGENT_LENGTH],
        ip=device.ip or None,
    )
    cancel_erasure(user, now=now)
    publish(SessionStarted(session_id=session.id, actor_id=user.id), aggregate=f"user:{user.id}")
    if is_new:
        publish(SignedInFromNewDevice(user_id=user.id, session_id=session.id), aggregate=f"user:{user.id}")
    tokens = _tokens(session, now=now)
    return SignedIn(access=tokens.access, refresh=tokens.refresh, user=facts_of(user), session_id=session.id)


def refresh(*, token: str, now: datetime) -> Tokens:
    """The next access and refresh token. Raises InvalidToken, after a revocation has been committed."""
    presented = refresh_tokens.decode(token)
    # Durable: were this inside another transaction, the refusal below would undo the revocation.
    with transaction.atomic(durable=True):
        tokens = _turn(presented, now=now)
    if tokens is None:
        raise InvalidToken
    return tokens


def verify_token(*, token: str, now: datetime) -> None:
    """Check that an access or refresh token would be accepted now; changes nothing. Raises InvalidToken."""
    if not token.startswith(refresh_tokens.PREFIX):
        claims = access_tokens.verify(token, now=now)
        if signed_in_user(session_id=claims.session_id, user_id=claims.user_id, now=now) is None:
            raise InvalidToken
        return
    presented = refresh_tokens.decode(token)
    session = Session.objects.live(now).filter(pk=presented.session_id, user__is_active=True).first()
    if session is None or not (presented.counter == session.counter or _is_late(presented, session, now=now)):
        raise InvalidToken


def sign_out(*, session_id: UUID, now: datetime) -> None:
    """End the session; one that has ended already stays so."""
    end(Session.objects.filter(pk=session_id), reason=RevokeReason.SIGNED_OUT, now=now)


def sign_out_everywhere(*, user_id: UUID, now: datetime) -> None:
    """End every session of the account."""
    end(Session.objects.filter(user=user_id), reason=RevokeReason.SIGNED_OUT, now=now)


def sign_out_by_token(*, token: str, now: datetime) -> None:
    """End the session of a refresh token, whichever turn of it this is. Raises InvalidToken."""
    sign_out(session_id=refresh_tokens.decode(token).session_id, now=now)


def sign_out_elsewhere(*, user_id: UUID, session_id: UUID, now: datetime) -> None:
    """End every session of the account but this one."""
    end(Session.objects.filter(user=user_id).exclude(pk=session_id), reason=RevokeReason.REVOKED, now=now)


def revoke_session(*, user_id: UUID, session_id: UUID, now: datetime) -> None:
    """End one of the account's live sessions. Raises NotFound when there is none such, also when it is another's."""
    if not end(Session.objects.filter(pk=session_id, user=user_id), reason=RevokeReason.REVOKED, now=now):
        raise NotFound


def hold_session(*, session_id: UUID, user_id: UUID, now: datetime) -> None:
    """Keep a session from ending before the caller's transaction does, so that whoever hears of its end sees all of it.

    Raises InvalidToken when it has ended since the request came.
    """
    rows = Session.objects.live(now).filter(pk=session_id, user=user_id)
    if not rows.select_for_update().values_list("pk", flat=True).first():
        raise InvalidToken


def end(sessions: SessionQuerySet, *, reason: RevokeReason, now: datetime) -> int:
    """End those of `sessions` that are live; how many these were."""
    with transaction.atomic():
        # In the order of the key, so that two of these at once wait for each other instead of deadlocking.
        rows = sessions.live(now).select_for_update().order_by("pk")
        ending = list(rows.values_list("pk", "user_id"))
        Session.objects.filter(pk__in=[pk for pk, _ in ending]).update(revoked_at=now, revoke_reason=reason)
        for session_id, user_id in ending:
            event = SessionRevoked(user_id=user_id, session_id=session_id, reason=reason.value)
            publish(event, aggregate=f"user:{user_id}")
    return len(ending)


def _turn(presented: refresh_tokens.RefreshToken, *, now: datetime) -> Tokens | None:
    session = Session.objects.select_for_update().filter(pk=presented.session_id).first()
    if session is None or not session.is_live(now):
        return None
    # Read apart from the session: a join would lock the account's row as well, where FOR UPDATE OF is not known.
    is_staff = User.objects.filter(pk=session.user_id, is_active=True).values_list("is_staff", flat=True).first()
    if is_staff is None:
        return None
    if presented.counter == session.counter:
        session.counter += 1
        session.rotated_at = session.last_used_at = now
        session.idle_expires_at = min(session.absolute_expires_at, now + idle_lifetime(is_staff=is_staff))
        session.save(update_fields=["counter", "rotated_at", "last_used_at", "idle_expires_at"])
    elif not _is_late(presented, session, now=now):
        end(Session.objects.filter(pk=session.pk), reason=RevokeReason.REPLAYED, now=now)
        return None
    return _tokens(session, now=now)


def _is_new_device(user: User, device: Device) -> bool:
    """Whether the account has been used, and never with such a browser or program, as far as sessions are kept."""
    earlier = Session.objects.filter(user=user).order_by("-last_used_at").values_list("user_agent", flat=True)
    known = {user_agents.without_version(each) for each in earlier[:REMEMBERED]}
    return bool(known) and user_agents.without_version(device.user_agent[:USER_AGENT_LENGTH]) not in known


def _is_late(presented: refresh_tokens.RefreshToken, session: Session, *, now: datetime) -> bool:
    return (
        presented.counter == session.counter - 1
        and session.rotated_at is not None
        and now - session.rotated_at <= GRACE
    )


def _tokens(session: Session, *, now: datetime) -> Tokens:
    return Tokens(
        access=access_tokens.issue(user_id=session.user_id, session_id=session.id, now=now),
        refresh=refresh_tokens.encode(session_id=session.id, counter=session.counter),
    )


def idle_lifetime(*, is_staff: bool) -> timedelta:
    """How long a session lives without being used."""
    lifetime: timedelta = settings.STAFF_SESSION_IDLE_LIFETIME if is_staff else settings.JWT_REFRESH_TOKEN_LIFETIME
    return lifetime
