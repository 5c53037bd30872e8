"""Being forgotten: asked for, due after some days, and done by the holding of the account itself."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenon.kernel import clock, mail
from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.limits import counting
from tenon.kernel.outbox import forgetting as dead_letters
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.engines import magic_codes, passwords
from tenon.platform.identity.errors import ProofRequired, WrongPassword
from tenon.platform.identity.events import ErasureRequested, UserErased
from tenon.platform.identity.models import MagicCode, OneTimeSecret, Session, User
from tenon.platform.identity.services import one_time_secrets, sessions
from tenon.platform.identity.services.one_time_secrets import Purpose
from tenon.platform.identity.services.refusals import note_refusal, require_all

JUST_SIGNED_IN = timedelta(minutes=10)


def require_proof(*, user_id: UUID, session_id: UUID | None, password: str, now: datetime) -> None:
    """Refuse whoever does not show that they are the person: by the password, or by a session that has just begun.

    Wrong passwords count as failed sign-ins do. Raises NotFound, TooManyRequests, WrongPassword, ProofRequired.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    if not password:
        recent = user.sessions.filter(created_at__gt=now - JUST_SIGNED_IN)
        if session_id is not None and recent.filter(pk=session_id).exists():
            return
        raise ProofRequired
    require_all([("login_account", user.email_normalized)], what="user:erasure_refused", user=user)
    if not passwords.matches(password, user.password)[0]:
        note_refusal("user:erasure_refused", reason="credentials", user=user)
        raise WrongPassword(errors=[FieldError("/password", WrongPassword.code, WrongPassword.message)])
    counting.give_back("login_account", user.email_normalized)


def request_erasure(*, user_id: UUID, now: datetime) -> datetime:
    """Note that the person wants to be forgotten, and sign them out everywhere. Returns when it will be done.

    Signing in before then cancels it. Asked twice, the first time counts. Raises NotFound.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        if user is None:
            raise NotFound
        if user.erases_at is not None:
            return user.erases_at
        user.erases_at = now + timedelta(days=settings.ERASURE_GRACE_DAYS)
        user.save(update_fields=["erases_at"])
        one_time_secrets.use_up(user_id=user_id, purpose=Purpose.PASSWORD_RESET, now=now)
        sessions.end(Session.objects.filter(user=user), reason=Session.RevokeReason.ERASURE, now=now)
        publish(ErasureRequested(user_id=user_id, erases_at=user.erases_at), aggregate=f"user:{user_id}")
        mail.send(
            template="erasure_requested",
            to=user.email,
            context={
                "name": user.display_name,
                "erases_at": clock.rfc3339(user.erases_at),
                "sign_in": settings.SITE_URL,
            },
            locale=user.locale,
        )
        return user.erases_at


def due(*, now: datetime) -> list[UUID]:
    """Whose time is up and who was not erased yet."""
    return list(User.objects.filter(erases_at__lte=now, erased_at=None).values_list("pk", flat=True))


def begin_erasure(*, user_id: UUID, now: datetime) -> bool:
    """Shut the account, if it is still due: from here on nobody signs in, and nothing is cancelled any more."""
    return bool(User.objects.filter(pk=user_id, erases_at__lte=now, erased_at=None).update(is_active=False))


def forget(*, user_id: UUID, now: datetime) -> None:
    """Leave a tombstone in the place of the account, in the open system scope, and write to the person once more."""
    user = User.objects.select_for_update().filter(pk=user_id, erased_at=None).first()
    if user is None:
        return
    dead_letters.forget([user.email, user.email_normalized, str(user.pk)])
    mail.send(template="erasure_done", to=user.email, context={"erased_at": clock.rfc3339(now)}, locale=user.locale)
    MagicCode.objects.filter(address_hmac=magic_codes.address_hmac(user.email_normalized)).delete()
    Session.objects.filter(user=user).delete()
    OneTimeSecret.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"{user.pk}@erased.invalid"
    user.username = user.first_name = user.last_name = user.avatar_url = user.phone_number = user.locale = ""
    user.timezone = "UTC"
    user.is_active = user.is_staff = user.is_superuser = user.is_verified = False
    user.last_login = user.last_magic_login = None
    user.erased_at = now
    user.set_unusable_password()
    user.save()
    publish(UserErased(user_id=user_id), aggregate=f"user:{user_id}")
