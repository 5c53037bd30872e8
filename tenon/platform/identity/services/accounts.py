"""Switching accounts off and on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.events import UserDisabled, UserEnabled
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import one_time_secrets, sessions
from tenon.platform.identity.services.one_time_secrets import Purpose


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
    """Let the account sign in again; sessions that were ended stay so. Raises NotFound."""
    with transaction.atomic():
        _switch(user_id, is_active=True)
        publish(UserEnabled(user_id=user_id), aggregate=f"user:{user_id}")


def _switch(user_id: UUID, *, is_active: bool) -> None:
    if not User.objects.filter(pk=user_id).update(is_active=is_active):
        raise NotFound
