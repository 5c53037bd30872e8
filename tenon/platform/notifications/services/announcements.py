"""Telling everybody, or an organization: in batches, each of which notes how far it has come."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity import selectors as identity
from tenon.platform.notifications.engines import targets
from tenon.platform.notifications.models import Announcement
from tenon.platform.notifications.policies import own
from tenon.platform.notifications.services import notifying
from tenon.platform.organizations import selectors as organizations

JOB = "notifications.announce"
BATCH = 500


def announce(
    *, message: str, target_url: str = "", organization_id: UUID | None = None, actor_id: UUID | None, now: datetime
) -> Announcement:
    """Tell the members of an organization, or without one everybody who has an active account. Who may, is staff's.

    It goes out in batches; the row says how many have it. Raises Invalid for an empty message, InvalidTarget.
    """
    if not message.strip():
        raise Invalid(errors=[FieldError("/message", "blank", Invalid.message)])
    targets.require_target(target_url)
    with transaction.atomic():
        announcement = Announcement.objects.create(
            organization_id=organization_id,
            message=message,
            target_url=target_url,
            created_by_id=actor_id,
            created_at=now,
            people=_count(organization_id),
        )
        enqueue(JOB, {"announcement_id": announcement.pk, "after": None}, organization_id=organization_id)
        return announcement


def tell_next(*, announcement_id: UUID, after: UUID | None, now: datetime) -> None:
    """Tell the next batch of people, in the order of their ids, and queue the one after it; one transaction."""
    announcement = Announcement.objects.select_for_update().filter(pk=announcement_id, finished_at=None).first()
    if announcement is None:
        return
    people = _next(announcement.organization_id, after)
    if people:
        announcement.told += notifying.deliver(
            recipient_ids=people,
            type_name=own.ANNOUNCEMENT.name,
            values={"text": announcement.message},
            target_url=announcement.target_url,
            organization_id=announcement.organization_id,
            now=now,
        )
    if len(people) == BATCH:
        payload = {"announcement_id": announcement_id, "after": people[-1]}
        enqueue(JOB, payload, organization_id=announcement.organization_id)
    else:
        announcement.finished_at = now
    announcement.save(update_fields=["told", "finished_at"])


def _count(organization_id: UUID | None) -> int:
    if organization_id is None:
        return identity.count_active()
    with organization_scope(organization_id, read_only=True):
        return organizations.members().count()


def _next(organization_id: UUID | None, after: UUID | None) -> list[UUID]:
    if organization_id is None:
        return identity.active_ids(after=after, limit=BATCH)
    with organization_scope(organization_id):
        rows = organizations.members().order_by("user_id").values_list("user_id", flat=True)
        return list((rows.filter(user_id__gt=after) if after else rows)[:BATCH])
