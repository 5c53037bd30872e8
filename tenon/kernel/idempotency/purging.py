"""Answers are kept for a day."""

from datetime import datetime

from tenon.kernel.idempotency.models import Record

_BATCH = 1000


def purge(*, before: datetime) -> int:
    """Forget the requests that were first made before `before`, but those that are at work. Returns how many.

    In small statements, so that no request waits long for its row.
    """
    over = Record.objects.filter(created_at__lt=before, claim__isnull=True) | Record.objects.filter(
        created_at__lt=before, claimed_until__lt=before
    )
    purged = 0
    while True:
        ids = list(over.order_by("created_at").values_list("pk", flat=True)[:_BATCH])
        purged += Record.objects.filter(pk__in=ids).delete()[0]
        if len(ids) < _BATCH:
            return purged
