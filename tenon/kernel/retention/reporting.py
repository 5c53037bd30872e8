"""Running a purge, and writing down what it did."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import DatabaseError, transaction

from tenon.kernel import clock
from tenon.kernel.outbox.failures import describe
from tenon.kernel.retention.deleting import delete_in_batches
from tenon.kernel.retention.models import Purge, Report

logger = structlog.get_logger("tenon.retention")


def run(name: str, work: Callable[[], int]) -> None:
    """Do the work, and leave a report. What it raises is raised on, so that the job is tried again."""
    started_at, began = clock.now(), time.monotonic()
    try:
        purged = work()
    except Exception as error:
        line = describe(error, payload=None, secret=False)
        try:
            _note(Report(name=name, started_at=started_at, seconds=time.monotonic() - began, error=line))
        except DatabaseError:  # which may be why the work failed; that is what the job's row shall tell
            logger.exception("purge_unreported", name=name)
        raise
    seconds = time.monotonic() - began
    _note(Report(name=name, started_at=started_at, seconds=seconds, purged=purged))
    logger.info("purged", name=name, purged=purged, seconds=round(seconds, 3))


def purge_reports(*, before: datetime) -> int:
    """Delete the reports of runs that began before then. Returns how many."""
    return delete_in_batches(Report.objects.filter(started_at__lt=before))


def _note(report: Report) -> None:
    now = clock.now()
    how = {"failed_at": now, "error": report.error} if report.purged is None else {"succeeded_at": now}
    with transaction.atomic():
        report.save(force_insert=True)
        Purge.objects.update_or_create(name=report.name, defaults=how)
