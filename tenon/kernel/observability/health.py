"""Whether each part that the service stands on works."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenon.kernel import redis_client
from tenon.kernel.outbox import backlog

# An outbox that is further behind has no relay, or one that does not get on.
MAX_LAG = timedelta(minutes=5)

GLANCE = timedelta(seconds=1)

_migrated = False
_glance: tuple[datetime, list["Component"]] | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One part: whether it works, how long the question took in milliseconds, and what is to be said about it."""

    name: str
    healthy: bool
    duration_ms: float
    detail: str = ""


def readiness() -> list[Component]:
    """What must work before requests may come: the database, with every migration."""
    return _examine({"database": _database, "migrations": _migrations})


def everything(*, now: datetime) -> list[Component]:
    """Readiness, and what the service goes on without for a while: Redis, where it is configured, and the relay."""
    checks: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations}
    if redis_client.configured():
        checks["redis"] = _redis
    return _examine({**checks, "outbox": lambda: _outbox(now)})


def at_a_glance(*, now: datetime) -> list[Component]:
    """What `everything` said in this process within the last second, or says now: for callers under no limit."""
    global _glance
    if _glance is None or not timedelta() <= now - _glance[0] < GLANCE:
        _glance = now, everything(now=now)
    return _glance[1]


def failing(components: Iterable[Component]) -> list[str]:
    """The names of those that do not work."""
    return [component.name for component in components if not component.healthy]


class Unhealthy(Exception):
    """A part answers, and is not well; the message says why."""


def _examine(checks: dict[str, Callable[[], str]]) -> list[Component]:
    return [_component(name, check) for name, check in checks.items()]


def _component(name: str, check: Callable[[], str]) -> Component:
    started = time.perf_counter()
    try:
        detail, healthy = check(), True
    except Unhealthy as fault:
        detail, healthy = str(fault), False
    except Exception as fault:  # noqa: BLE001 - whatever a part fails with, the report goes on
        detail, healthy = type(fault).__name__, False
    return Component(name, healthy, round((time.perf_counter() - started) * 1000, 1), detail)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _migrations() -> str:
    """Asked until there is nothing pending; then this process's code and the schema go together."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            raise Unhealthy(f"{len(pending)} pending")
        _migrated = True
    return "none pending"


def _redis() -> str:
    redis_client.call(lambda client: client.ping())
    return "answers"


def _outbox(now: datetime) -> str:
    state = backlog.measure(now=now)
    lag = max(state.lag, state.feed_lag)
    said = f"{state.due} due, {state.in_progress} in progress, {state.dead} dead, {int(lag.total_seconds())} s behind"
    if lag > MAX_LAG:
        raise Unhealthy(said)
    return said
