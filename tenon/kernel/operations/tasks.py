"""The upkeep of the operations."""

from datetime import timedelta

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.operations import services
from tenon.kernel.retention.declaring import purge


@purge("operations.purge", every=timedelta(hours=6))
def purge_operations() -> int:
    """Delete what ended longer ago than the settings keep it."""
    return services.purge(before=clock.now() - timedelta(days=settings.OPERATIONS_KEEP_DAYS))
