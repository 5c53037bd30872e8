"""Issuing and consuming the secrets that are mailed to people."""

from datetime import datetime, timedelta
from uuid import UUID

from tenon.kernel import crypto
from tenon.platform.identity.errors import InvalidSecret
from tenon.platform.identity.models import OneTimeSecret

Purpose = OneTimeSecret.Purpose

LIFETIME = {Purpose.VERIFY_EMAIL: timedelta(hours=24), Purpose.PASSWORD_RESET: timedelta(minutes=30)}


def issue(*, user_id: UUID, purpose: Purpose, secret: str, now: datetime) -> None:
    """Make `secret` good for `purpose` until its lifetime is over."""
    OneTimeSecret.objects.create(
        purpose=purpose,
        user_id=user_id,
        digest=crypto.digest(secret),
        created_at=now,
        expires_at=now + LIFETIME[purpose],
    )


def consume(*, purpose: Purpose, secret: str, now: datetime) -> None:
    """Use `secret` up: of any number of parallel calls exactly one returns. Raises InvalidSecret in the others."""
    if OneTimeSecret.objects.matching(purpose, secret).unused(now).update(used_at=now) != 1:
        raise InvalidSecret


def use_up(*, user_id: UUID, purpose: Purpose, now: datetime) -> None:
    """Use up whatever secrets of `purpose` the account still has."""
    OneTimeSecret.objects.filter(user=user_id, purpose=purpose, used_at__isnull=True).update(used_at=now)
