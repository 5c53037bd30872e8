"""Declaring a purge: a job that comes back, and reports."""

from collections.abc import Callable
from datetime import timedelta

from tenon.kernel import modules
from tenon.kernel.outbox import registry
from tenon.kernel.retention import reporting

Work = Callable[[], int]

_purges: list[str] = []


def purge(name: str, *, every: timedelta, lease: timedelta | None = None) -> Callable[[Work], Work]:
    """Run the decorated function once every `every`, as the job `name`, and report how many rows it says it purged.

    `lease` as of any job. Called by hand, the function does its work and reports nothing.
    """

    def register(work: Work) -> Work:
        def run() -> None:
            reporting.run(name, work)

        run.__doc__, run.__module__ = work.__doc__, work.__module__
        registry.job(name, lease=lease)(run)
        registry.schedule(name, every=every)
        if modules.is_on(work.__module__):
            _purges.append(name)
        return work

    return register


def purges() -> list[str]:
    """The names of all purges."""
    return sorted(_purges)
