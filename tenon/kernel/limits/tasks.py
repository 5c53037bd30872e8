"""The upkeep of the counters."""

from datetime import timedelta

from tenon.kernel import clock
from tenon.kernel.limits import purging
from tenon.kernel.outbox.registry import job, schedule


@job("limits.purge")
def purge() -> None:
    """Delete the counters whose window is over."""
    purging.purge(now=clock.now())


schedule("limits.purge", every=timedelta(minutes=10))
