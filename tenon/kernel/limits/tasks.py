"""The upkeep of the counters."""

from datetime import timedelta

from tenon.kernel import clock
from tenon.kernel.limits import purging
from tenon.kernel.retention.declaring import purge


@purge("limits.purge", every=timedelta(minutes=10))
def purge_counters() -> int:
    """Delete the counters whose window is over."""
    return purging.purge(now=clock.now())
