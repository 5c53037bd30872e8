"""Jobs of notifications, which the relay runs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job
from tenon.kernel.retention.declaring import purge
from tenon.platform.notifications.services import announcements, notifying, pushing, retention, sockets


@job(notifying.JOB, atomic=True)
def deliver(
    *,
    recipient_ids: tuple[UUID, ...],
    type_name: str,
    values: dict[str, Any],
    target_url: str,
    organization_id: UUID | None,
    about: UUID | None = None,
) -> None:
    """Write what people are told, and queue their mails and pushes, once."""
    notifying.deliver(
        recipient_ids=recipient_ids,
        type_name=type_name,
        values=values,
        target_url=target_url,
        organization_id=organization_id,
        about=about,
        now=clock.now(),
    )


@job(announcements.JOB, atomic=True)
def announce(*, announcement_id: UUID, after: UUID | None) -> None:
    """Tell the next batch of people what staff announce, once."""
    announcements.tell_next(announcement_id=announcement_id, after=after, now=clock.now())


@job(notifying.PUSH_JOB)
def push(
    *,
    device_id: UUID,
    user_id: UUID,
    notification_id: UUID | None,
    type_name: str,
    title: str,
    message: str,
    target_url: str,
) -> None:
    """Send one push to one device."""
    pushing.push(
        device_id=device_id,
        user_id=user_id,
        content=pushing.Content(notification_id, type_name, title, message, target_url),
        now=clock.now(),
    )


@job(sockets.WAKE_JOB)
def wake(*, user_ids: tuple[UUID, ...]) -> None:
    """Tell the processes that hold sockets who has something new."""
    sockets.tell({"user_ids": [str(user_id) for user_id in user_ids]})


@job(sockets.END_JOB)
def end_sockets(*, session_id: UUID) -> None:
    """Tell the processes that hold sockets which sign-in has ended."""
    sockets.tell({"session_id": str(session_id)})


@purge("notifications.purge", every=timedelta(hours=6))
def purge_notifications() -> int:
    """Delete what is old enough."""
    return retention.purge(now=clock.now())
