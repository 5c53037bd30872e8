"""How much waits, how long, and how much is dead: one measurement for metrics, health and the command line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from tenon.kernel.outbox.models import Entry


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows by state. `lag` is how long the row that is overdue longest has been waiting.

    `unplaced` are events without a place in their organization's feed, delivered or not; the oldest is `feed_lag` old.
    """

    due: int
    in_progress: int
    later: int
    dead: int
    lag: timedelta
    unplaced: int = 0
    feed_lag: timedelta = timedelta(0)


def measure(*, now: datetime) -> Backlog:
    """Three indexed queries; none meets delivered rows that have their place."""
    held = Q(claimed_until__gt=now)
    pending = Entry.objects.pending().aggregate(
        due=Count("sequence", filter=Q(available_at__lte=now) & ~held),
        in_progress=Count("sequence", filter=held),
        later=Count("sequence", filter=Q(available_at__gt=now) & ~held),
        oldest=Min("available_at"),
    )
    unplaced = Entry.objects.filter(unplaced_in__isnull=False).aggregate(
        rows=Count("sequence"), oldest=Min("created_at")
    )
    return Backlog(
        due=pending["due"],
        in_progress=pending["in_progress"],
        later=pending["later"],
        dead=Entry.objects.dead().count(),
        lag=_since(pending["oldest"], now),
        unplaced=unplaced["rows"],
        feed_lag=_since(unplaced["oldest"], now),
    )


def _since(moment: datetime | None, now: datetime) -> timedelta:
    return max(now - moment, timedelta(0)) if moment else timedelta(0)
