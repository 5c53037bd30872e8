"""Counters whose window is over count nothing, and go."""

from datetime import datetime

from tenon.kernel.limits.models import Counter

_BATCH = 1000


def purge(*, now: datetime) -> int:
    """Delete the counters whose window ended before `now`. Returns how many.

    In small statements by primary key, so that no request waits for its counter behind a long delete.
    """
    over = Counter.objects.filter(expires_at__lte=int(now.timestamp() * 1000))
    purged = 0
    while ids := list(over.values_list("id", flat=True)[:_BATCH]):
        purged += over.filter(id__in=ids).delete()[0]
    return purged
