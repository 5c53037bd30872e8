"""What the relay does for the audit log."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.outbox.registry import chore
from tenon.kernel.retention.declaring import purge
from tenon.platform.audit import services

LEAST_DAYS = 30  # which PostgreSQL holds to by itself


@chore
def seal(*, now: datetime, stopping: Callable[[], bool]) -> int:
    """Take what was added into the chains."""
    return services.seal(stopping=stopping)


@purge("audit.purge", every=timedelta(days=1), lease=timedelta(minutes=10))
def purge_entries() -> int:
    """Delete what is older than AUDIT_KEEP_DAYS; nothing where that is 0."""
    if not settings.AUDIT_KEEP_DAYS:
        return 0
    kept = timedelta(days=max(settings.AUDIT_KEEP_DAYS, LEAST_DAYS))
    return services.purge(before=clock.now() - kept)
