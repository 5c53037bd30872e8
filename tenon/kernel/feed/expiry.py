"""Letting go of events that have been in the feed for long enough."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from tenon.kernel.feed.models import FeedEvent, FeedHead
from tenon.kernel.tenancy.scopes import system_scope

_REASON = "events of all organizations expire"
_BATCH = 1000


def expire(*, placed_before: datetime) -> int:
    """Delete the events that got their places before then, from the beginning of each feed. Returns how many."""
    with system_scope(reason=_REASON, read_only=True):
        old = FeedEvent.objects.filter(created_at__lt=placed_before).values("organization_id").order_by()
        ends = list(old.annotate(end=Max("position")).values_list("organization_id", "end"))
    return sum(_expire(organization_id, end) for organization_id, end in ends)


def _expire(organization_id: UUID, end: int) -> int:
    deleted = 0
    while True:
        # In small transactions; each says how far it went, for readers to know what they have missed.
        with system_scope(reason=_REASON):
            head = FeedHead.objects.select_for_update().get(organization_id=organization_id)
            up_to = min(end, head.expired + _BATCH)
            rows = FeedEvent.objects.filter(organization_id=organization_id, position__lte=up_to)
            deleted += rows.delete()[0]
            head.expired = max(head.expired, up_to)
            head.save(update_fields=["expired"])
        if up_to >= end:
            return deleted
