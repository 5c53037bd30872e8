"""Forgetting what nobody needs any more."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q

from tenon.kernel.retention.deleting import delete_in_batches
from tenon.platform.notifications import policies
from tenon.platform.notifications.models import Announcement, Device, Mailbox, Notification, Preference
from tenon.platform.notifications.policies import own

UNSEEN = timedelta(days=270)  # when Firebase takes a token for stale; an app in use registers far more often


def purge(*, now: datetime) -> int:
    """Delete notifications that are old enough, and devices that were not seen for long. Returns how many rows.

    Those that were read are kept for NOTIFICATIONS_KEEP_READ_DAYS after they came, the others for four times as long.
    """
    read = timedelta(days=settings.NOTIFICATIONS_KEEP_READ_DAYS)
    old = Notification.objects.filter(Q(created_at__lt=now - 4 * read) | Q(created_at__lt=now - read, unread=False))
    announced = Announcement.objects.filter(finished_at__lt=now - 4 * read)
    unseen = Device.objects.filter(last_seen_at__lt=now - UNSEEN)
    return sum(map(delete_in_batches, (old, announced, unseen)))


def forget_membership(*, organization_id: UUID, user_id: UUID | None = None) -> None:
    """Delete what the organization told its members alone: what one of them was told, or all of it.

    All of it is when it closes, and then its invitations go as well: they lead nowhere, and may name their owner.
    """
    kinds = [kind.name for kind in policies.declared() if kind.members_only]
    if user_id is None:
        kinds.append(own.INVITED.name)
    rows = Notification.objects.filter(organization=organization_id, type__in=kinds)
    (rows if user_id is None else rows.filter(recipient=user_id)).delete()


def forget_person(*, user_id: UUID, now: datetime) -> None:
    """Delete everything that is kept of a person; what they announced, or were named in, stays nameless."""
    for rows in (
        Notification.objects.filter(recipient=user_id),
        # A workspace has the name of its person, and so has what others were told of it.
        Notification.objects.filter(organization__owner=user_id, organization__is_personal=True),
        Preference.objects.filter(user=user_id),
        Device.objects.filter(user=user_id),
        Mailbox.objects.filter(pk=user_id),
    ):
        rows.delete()
    Announcement.objects.filter(created_by=user_id).update(created_by=None)
    Notification.objects.filter(about=user_id).update(message=F("nameless"), nameless="", about=None)
