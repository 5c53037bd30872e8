"""The outbox's own upkeep."""

from datetime import timedelta

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.outbox import upkeep
from tenon.kernel.outbox.registry import job, schedule


@job("outbox.purge")
def purge() -> None:
    """Delete what was delivered, or died, longer ago than the settings keep it."""
    now = clock.now()
    upkeep.purge(
        delivered_before=now - timedelta(days=settings.OUTBOX_KEEP_DELIVERED_DAYS),
        dead_before=now - timedelta(days=settings.OUTBOX_KEEP_DEAD_DAYS),
    )


schedule("outbox.purge", every=timedelta(hours=1))
