"""Notifications and devices for tests."""

from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction

from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import NOW, make_user
from tenon.platform.notifications.models import Device, Notification
from tenon.platform.notifications.services import deliver, register_device

__all__ = ["NOW", "make_device", "make_notification", "make_user", "tell"]

_numbers = count(1)


def tell(*people: User, text: str = "Hello.", organization_id: UUID | None = None, now: Any = NOW) -> None:
    """Write an announcement to `people`, as the relay does."""
    with transaction.atomic():
        deliver(
            recipient_ids=[person.id for person in people],
            type_name="notifications.announcement",
            values={"text": text},
            target_url="",
            organization_id=organization_id,
            now=now,
        )


def make_notification(person: User, **options: Any) -> Notification:
    """One notification of the person's, the newest."""
    tell(person, **options)
    return Notification.objects.filter(recipient=person).latest("position")


def make_device(person: User, *, platform: str = "fcm", token: str = "", session_id: UUID | None = None) -> Device:
    """A device of the person's."""
    return register_device(
        user_id=person.id,
        session_id=session_id,
        platform=platform,
        token=token or f"token-{next(_numbers)}:abcdefgh",
        name="A phone",
        now=NOW,
    )[0]
