"""The upkeep of the reports, and of the outbox, on which purges stand and which so cannot know of them."""

from datetime import timedelta

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.outbox import upkeep
from tenon.kernel.retention import reporting
from tenon.kernel.retention.declaring import purge


@purge("retention.purge_reports", every=timedelta(days=1))
def purge_reports() -> int:
    """Delete reports that are older than the settings keep them."""
    return reporting.purge_reports(before=clock.now() - timedelta(days=settings.PURGE_REPORTS_KEEP_DAYS))


@purge("outbox.purge", every=timedelta(hours=1))
def purge_outbox() -> int:
    """Delete what was delivered, or died, longer ago than the settings keep it."""
    now = clock.now()
    return upkeep.purge(
        delivered_before=now - timedelta(days=settings.OUTBOX_KEEP_DELIVERED_DAYS),
        dead_before=now - timedelta(days=settings.OUTBOX_KEEP_DEAD_DAYS),
    )
