"""How much waits, how long, and how much is dead: one measurement for metrics, health and the command line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from tenon.kernel.outbox.models import Entry


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows by state. `lag` is how long the row that is overdue longest has been waiting."""

    due: int
    in_progress: int
    later: int
    dead: int
    lag: timedelta


def measure(*, now: datetime) -> Backlog:
    """Two indexed queries; neither meets delivered rows."""
    held = Q(claimed_until__gt=now)
    pending = Entry.objects.pending().aggregate(
        due=Count("sequence", filter=Q(available_at__lte=now) & ~held),
        in_progress=Count("sequence", filter=held),
        later=Count("sequence", filter=Q(available_at__gt=now) & ~held),
        oldest=Min("available_at"),
    )
    oldest: datetime | None = pending["oldest"]
    return Backlog(
        due=pending["due"],
        in_progress=pending["in_progress"],
        later=pending["later"],
        dead=Entry.objects.dead().count(),
        lag=max(now - oldest, timedelta(0)) if oldest else timedelta(0),
    )
