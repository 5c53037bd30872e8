"""Reading an organization's feed from a position on."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from tenon.kernel.feed.errors import EventsExpired
from tenon.kernel.feed.models import FeedEvent, FeedHead
from tenon.kernel.outbox.public import PublicEvent


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some events in order, and the position to read on from, at the end of the feed as well."""

    events: list[PublicEvent]
    position: int
    has_more: bool


def end() -> int:
    """The position of the last event so far. In a scope of the organization."""
    head = FeedHead.objects.first()
    return head.last if head else 0


def position_of(event_id: UUID) -> int:
    """Where an event stands. In a scope of the organization. Raises EventsExpired where it is not there (any more)."""
    position = FeedEvent.objects.filter(id=event_id).values_list("position", flat=True).first()
    if position is None:
        raise EventsExpired
    return position


def read(*, after: int | None, limit: int, types: Collection[str] = ()) -> Stretch:
    """Up to `limit` events behind the position `after`, or from the oldest one kept; of all types, or of some.

    In a scope of the organization. Raises EventsExpired when events behind `after` are no longer kept, and when the
    feed has never come so far, as after a restored backup.
    """
    head = FeedHead.objects.first() or FeedHead()
    if after is not None and after > head.last:
        raise EventsExpired
    start = head.expired if after is None else after
    events = FeedEvent.objects.filter(position__gt=start)
    if types:
        events = events.filter(type__in=types)
    # What is expired is asked for together with the rows: it may have become more since the head was read.
    expired = FeedHead.objects.filter(organization_id=OuterRef("organization_id")).values("expired")
    rows = list(
        events.annotate(expired=Subquery(expired))
        .order_by("position")
        .values_list("position", "id", "type", "organization_id", "occurred_at", "data", "expired")[: limit + 1]
    )
    if not rows and head.last > start:
        head.refresh_from_db(fields=["expired"])
    if after is not None and after < (rows[0][6] if rows else head.expired):
        raise EventsExpired
    shown = rows[:limit]
    has_more = len(rows) > limit
    # All up to the end that was known before the rows were read have been looked at.
    position = shown[-1][0] if has_more else max([head.last, *(row[0] for row in shown[-1:])])
    return Stretch([PublicEvent(row[1], row[2], row[3], row[4], row[5]) for row in shown], position, has_more=has_more)
