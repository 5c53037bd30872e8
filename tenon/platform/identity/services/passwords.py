"""Changing a password, signed in or by an emailed link."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenon.kernel import clock, crypto, mail
from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.limits import counting
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.platform.identity.engines import addresses, passwords
from tenon.platform.identity.errors import InvalidSecret, WrongPassword
from tenon.platform.identity.events import PasswordChanged, PasswordReset
from tenon.platform.identity.models import OneTimeSecret, Session, SessionQuerySet, User
from tenon.platform.identity.services import one_time_secrets, sessions
from tenon.platform.identity.services.one_time_secrets import LIFETIME, Purpose
from tenon.platform.identity.services.refusals import note_refusal, require_all
from tenon.platform.identity.services.verification import mark_verified

RevokeReason = Session.RevokeReason


def request_password_reset(*, email: str, ip: str = "", now: datetime) -> None:
    """Send a link that sets a new password, if the address is an active account's. The caller cannot tell.

    Counted by account together with the network that `ip` is in, so that a stranger uses up his own requests and not
    the owner's; and, more widely, by account, so that nobody's mailbox is flooded.
    Raises InvalidEmail, TooManyRequests.
    """
    address = addresses.normalized(email)
    counters = [("password_reset", f"{address} {counting.network(ip)}"), ("password_reset_account", address)]
    require_all(counters, what="password_reset:request_refused", ip=ip)
    with transaction.atomic():
        enqueue("identity.send_password_reset", {"address": address}, secret=True)


def send_password_reset(*, address: str, now: datetime) -> None:
    """Mail a fresh link, if the address is that of an active account."""
    user = User.objects.with_address(address).filter(is_active=True).first()
    if user is None:
        return
    secret = crypto.random_token()
    with transaction.atomic():
        one_time_secrets.issue(user_id=user.id, purpose=Purpose.PASSWORD_RESET, secret=secret, now=now)
        page = settings.PASSWORD_RESET_URL or f"{settings.SITE_URL}/reset-password/"
        mail.send(
            template="password_reset",
            to=user.email,
            context={
                "name": user.display_name if user.is_verified else "",  # otherwise it is what a stranger typed
                # In the fragment, which a browser sends neither to a server nor in a Referer.
                "link": f"{page}#token={secret}",
                "minutes": LIFETIME[Purpose.PASSWORD_RESET] // timedelta(minutes=1),
            },
            locale=user.locale,
        )


def reset_password(*, token: str, password: str, now: datetime) -> None:
    """Set a new password by an emailed link, once. Every session ends; the address counts as verified.

    Failed sign-ins so far are forgotten, so that whoever guesses at the account does not keep its owner out. A password
    that is too weak does not use the link up. Raises InvalidSecret, WeakPassword.
    """
    secret = OneTimeSecret.objects.matching(Purpose.PASSWORD_RESET, token).unused(now).select_related("user").first()
    if secret is None:
        note_refusal("password_reset:refused", reason="secret")
        raise InvalidSecret
    user = secret.user
    passwords.require_strong(password, user=user, pointer="/password")
    encoded = passwords.hashed(password)
    with transaction.atomic():
        # The account's row first, as everywhere: its lock puts all that touches the account into one order.
        if not User.objects.filter(pk=user.pk, is_active=True).update(password=encoded):
            raise InvalidSecret
        one_time_secrets.consume(purpose=Purpose.PASSWORD_RESET, secret=token, now=now)
        mark_verified(user)
        _settle(user, ending=Session.objects.filter(user=user), reason=RevokeReason.PASSWORD_RESET, now=now)
        publish(PasswordReset(user_id=user.id), aggregate=f"user:{user.id}")
    counting.forget("login_account", user.email_normalized)


def change_password(
    *, user_id: UUID, session_id: UUID, current_password: str, new_password: str, now: datetime
) -> None:
    """Set a new password for someone signed in. Every other session ends; `session_id` stays.

    Guesses at the current password count as failed sign-ins do. Raises NotFound, TooManyRequests, WrongPassword,
    WeakPassword.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    require_all([("login_account", user.email_normalized)], what="password:change_refused", user=user)
    if not passwords.matches(current_password, user.password)[0]:
        note_refusal("password:change_refused", reason="credentials", user=user)
        raise _wrong_password()
    counting.give_back("login_account", user.email_normalized)
    passwords.require_strong(new_password, user=user, pointer="/new_password")
    encoded = passwords.hashed(new_password)
    with transaction.atomic():
        if not User.objects.filter(pk=user_id, is_active=True, password=user.password).update(password=encoded):
            raise _wrong_password()
        others = Session.objects.filter(user=user_id).exclude(pk=session_id)
        _settle(user, ending=others, reason=RevokeReason.PASSWORD_CHANGED, now=now)
        publish(PasswordChanged(user_id=user_id), aggregate=f"user:{user_id}")


def _settle(user: User, *, ending: SessionQuerySet, reason: RevokeReason, now: datetime) -> None:
    """What every change of a password brings with it, in the caller's transaction."""
    one_time_secrets.use_up(user_id=user.id, purpose=Purpose.PASSWORD_RESET, now=now)
    sessions.end(ending, reason=reason, now=now)
    mail.send(
        template="password_changed",
        to=user.email,
        context={"name": user.display_name, "changed_at": clock.rfc3339(now)},
        locale=user.locale,
    )


def _wrong_password() -> WrongPassword:
    return WrongPassword(errors=[FieldError("/current_password", WrongPassword.code, WrongPassword.message)])
