"""What an account says of its person, and switching it off and on."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.engines import names
from tenon.platform.identity.events import ProfileUpdated, UserDisabled, UserEnabled
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.selectors import UserFacts, facts_of
from tenon.platform.identity.services import one_time_secrets, sessions
from tenon.platform.identity.services.one_time_secrets import Purpose

NAMES = ("username", "first_name", "last_name")
PROFILE = (*NAMES, "timezone", "locale")


def update_profile(*, user_id: UUID, changes: Mapping[str, str]) -> UserFacts:
    """Give fields of the profile other values: username, first_name, last_name, timezone, locale.

    Raises InvalidName, NotFound.
    """
    names.require_one_line(**{name: changes[name] for name in NAMES if name in changes})
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise NotFound
        fields = [name for name in PROFILE if name in changes and getattr(user, name) != changes[name]]
        for name in fields:
            setattr(user, name, changes[name])
        if fields:
            user.save(update_fields=fields)
            publish(ProfileUpdated(user_id=user_id, fields=tuple(fields)), aggregate=f"user:{user_id}")
        return facts_of(user)


def take_turn(*, user_id: UUID) -> None:
    """Hold the account's row until the transaction ends: what one person does twice at once is done one after another.

    For what is theirs in other apps, where nothing else is there to be held. Raises NotFound.
    """
    rows = User.objects.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    if rows.filter(pk=user_id).values_list("pk").first() is None:
        raise NotFound


def disable_user(*, user_id: UUID, now: datetime) -> None:
    """Refuse the account from the next request on: its sessions end and its emailed links stop working.

    Raises NotFound.
    """
    with transaction.atomic():
        _switch(user_id, is_active=False)
        sessions.end(Session.objects.filter(user=user_id), reason=Session.RevokeReason.USER_DISABLED, now=now)
        one_time_secrets.use_up(user_id=user_id, purpose=Purpose.PASSWORD_RESET, now=now)
        publish(UserDisabled(user_id=user_id), aggregate=f"user:{user_id}")


def enable_user(*, user_id: UUID, now: datetime) -> None:
    """Let the account sign in again; sessions that were ended stay so.

    Raises NotFound, also for one whose erasure has begun: it is done to the end.
    """
    with transaction.atomic():
        if User.objects.filter(pk=user_id, erases_at__lte=now, is_active=False).exists():
            raise NotFound
        _switch(user_id, is_active=True)
        publish(UserEnabled(user_id=user_id), aggregate=f"user:{user_id}")


def _switch(user_id: UUID, *, is_active: bool) -> None:
    if not User.objects.filter(pk=user_id).update(is_active=is_active):
        raise NotFound
