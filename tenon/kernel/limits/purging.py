"""Counters whose window is over count nothing, and go."""

from datetime import datetime

from django.db import transaction

from tenon.kernel.limits.models import Counter

_BATCH = 1000


def purge(*, now: datetime) -> int:
    """Delete the counters whose window ended before `now`. Returns how many.

    In small transactions that pass over what a request holds, so that neither waits for the other's rows.
    """
    over = Counter.objects.filter(expires_at__lte=int(now.timestamp() * 1000))
    purged = 0
    while True:
        with transaction.atomic():
            ids = list(over.select_for_update(skip_locked=True).values_list("id", flat=True)[:_BATCH])
            Counter.objects.filter(id__in=ids).delete()
        purged += len(ids)
        if len(ids) < _BATCH:
            return purged
