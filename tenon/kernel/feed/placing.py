"""Giving committed events their places. Any number of relays may do so; each organization has one at a time.

Of one aggregate, what was published first commits first and has the lower sequence, so it gets the lower position. Of
different aggregates, whichever is seen first. A row that nobody sees yet gets its place later, behind the others.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog

from tenon.kernel.feed.models import FeedEvent, FeedHead
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import system_scope

logger = structlog.get_logger("tenon.feed")

BATCH = 500


def place(*, now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Give places to what waits: up to a batch of every organization in turn, so that a busy one holds up no other.

    Returns how many were placed. Organizations whose lock another relay has are passed over.
    """
    placed, after = 0, None
    while not stopping():
        organizations = _waiting(after)
        if not organizations:
            break
        rows, after = _place_batch(organizations, now=now)
        placed += rows
    return placed


def _waiting(after: UUID | None) -> list[UUID]:
    """The organizations of the first batch of rows that wait behind the organization `after`, in the index's order."""
    rows = Entry.objects.filter(unplaced_in__isnull=False)
    if after is not None:
        rows = rows.filter(unplaced_in__gt=after)
    found = rows.order_by("unplaced_in", "sequence").values_list("unplaced_in", flat=True)[:BATCH]
    return list(dict.fromkeys(each for each in found if each is not None))


def _place_batch(organizations: Sequence[UUID], *, now: datetime) -> tuple[int, UUID]:
    """How many rows got their places, and the last organization that had its turn."""
    with system_scope(reason="the relay gives the events of all organizations their places"):
        heads = _locked_heads(organizations)
        # Read under the locks, so that what another relay has placed meanwhile is not seen any more.
        rows: list[Any] = list(
            Entry.objects.filter(unplaced_in__in=list(heads))
            .order_by("unplaced_in", "sequence")
            .values_list("sequence", "id", "unplaced_in", "name", "created_at", "payload")[:BATCH]
        )
        events = []
        for _sequence, event_id, organization_id, name, occurred_at, payload in rows:
            head = heads[organization_id]
            head.last += 1
            events.append(
                FeedEvent(
                    id=event_id,
                    organization_id=organization_id,
                    position=head.last,
                    type=name,
                    occurred_at=occurred_at,
                    data=payload,
                    created_at=now,
                )
            )
        turned = list(dict.fromkeys(row[2] for row in rows))
        FeedEvent.objects.bulk_create(events)
        FeedHead.objects.bulk_update([heads[each] for each in turned], ["last"])
        Entry.objects.filter(sequence__in=sorted(row[0] for row in rows)).update(unplaced_in=None)
    full = len(rows) == BATCH
    return len(rows), turned[-1] if full else organizations[-1]


def _locked_heads(organizations: Sequence[UUID]) -> dict[UUID, FeedHead]:
    """The heads of those organizations whose feeds nobody else is at, locked."""
    known = set(FeedHead.objects.filter(organization_id__in=organizations).values_list("organization_id", flat=True))
    if new := [each for each in organizations if each not in known]:
        FeedHead.objects.bulk_create([FeedHead(organization_id=each) for each in _existing(new)], ignore_conflicts=True)
    heads = FeedHead.objects.filter(organization_id__in=organizations).select_for_update(skip_locked=True)
    return {head.organization_id: head for head in cast(Any, heads)}


def _existing(organizations: Sequence[UUID]) -> list[UUID]:
    """Those that there are. Events of others are nobody's to read, and must not hold up everybody's."""
    table: Any = FeedHead._meta.get_field("organization").related_model
    existing = set(table._base_manager.filter(pk__in=organizations).values_list("pk", flat=True))
    if missing := [each for each in organizations if each not in existing]:
        dropped = Entry.objects.filter(unplaced_in__in=missing).update(unplaced_in=None)
        logger.error("feed_organization_missing", organizations=[str(each) for each in missing], events=dropped)
    return [each for each in organizations if each in existing]
