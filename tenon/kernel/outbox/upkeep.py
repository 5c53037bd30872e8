"""What operators do with rows that are done or dead: retry and purge."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf

from tenon.kernel.outbox.models import Entry, Receipt

_BATCH = 1000


def retry(*, now: datetime, entry_ids: Iterable[UUID] | None = None, name: str = "") -> int:
    """Make dead rows due again, with all their attempts before them. Returns how many.

    `entry_ids` None means all; `name` narrows to one event or job. Consumers that have taken a row are not run again.
    Later rows of the same aggregate may have been delivered meanwhile.
    """
    rows = Entry.objects.dead()
    if entry_ids is not None:
        rows = rows.filter(id__in=list(entry_ids))
    if name:
        rows = rows.filter(name=name)
    return rows.update(dead_at=None, available_at=now, attempts=0, queue=NullIf(F("aggregate"), Value("")))


def purge(*, delivered_before: datetime, dead_before: datetime | None = None) -> int:
    """Delete rows that were delivered, or died, before then, with their receipts. Returns how many rows.

    Not those that still wait for a place in their organization's feed.
    """
    placed = Q(unplaced_in__isnull=True)
    purged = _delete(Q(delivered_at__lt=delivered_before) & placed)
    if dead_before:
        purged += _delete(Q(dead_at__lt=dead_before) & placed)
    return purged


def _delete(condition: Q) -> int:
    deleted = 0
    while True:
        # In small transactions, so that no lock is held for long.
        with transaction.atomic():
            rows = dict(Entry.objects.filter(condition).values_list("sequence", "id")[:_BATCH])
            Receipt.objects.filter(entry_id__in=rows.values()).delete()
            Entry.objects.filter(sequence__in=rows).delete()
        deleted += len(rows)
        if len(rows) < _BATCH:
            return deleted
