"""What a person does with their notifications."""

from datetime import datetime
from uuid import UUID

from tenon.kernel.errors import NotFound
from tenon.platform.notifications.models import Notification


def mark_read(*, user_id: UUID, notification_id: UUID, now: datetime) -> None:
    """Mark one as read; one that is stays as it was. Raises NotFound for another's, too."""
    mine = Notification.objects.filter(pk=notification_id, recipient=user_id)
    if not mine.filter(unread=True).update(unread=False, read_at=now) and not mine.exists():
        raise NotFound


def mark_all_read(*, user_id: UUID, up_to: UUID | None, now: datetime) -> int:
    """Mark everything as read that came no later than `up_to`, or all there is. Returns how many were not, before.

    Raises NotFound where `up_to` is no notification of the person's.
    """
    rows = Notification.objects.filter(recipient=user_id, unread=True)
    if up_to is not None:
        known = Notification.objects.filter(pk=up_to, recipient=user_id).values_list("position", flat=True).first()
        if known is None:
            raise NotFound
        rows = rows.filter(position__lte=known)
    return rows.update(unread=False, read_at=now)


def delete(*, user_id: UUID, notification_id: UUID) -> None:
    """Delete one. Raises NotFound for another's, too."""
    if not Notification.objects.filter(pk=notification_id, recipient=user_id).delete()[0]:
        raise NotFound
