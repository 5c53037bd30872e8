"""The relay: claims due rows, runs them, settles them. Any number of relays may run beside one another.

The truth is a poll of the table. PostgreSQL's NOTIFY is not used as a hint: a transaction that notifies takes a lock on
the whole database at commit, which would serialize every commit that publishes, to save half a second.
"""

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from uuid import UUID

import structlog
from django.conf import settings

from tenon.kernel import clock, metrics
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import backoff, claims, delivery, registry
from tenon.kernel.outbox.backlog import Backlog, measure
from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.models import Entry, Kind

logger = structlog.get_logger("tenon.outbox")

BATCH = 100
# A batch is held no longer than this: what is left goes back, so that a slow row holds up few others.
HOLD = timedelta(seconds=5)
MOST_DRAINED = 10_000


class Outcome(StrEnum):
    """How an attempt ended. `lost`: the claim ran out, another relay has the row."""

    DELIVERED = "delivered"
    RETRY = "retry"
    DEAD = "dead"
    LOST = "lost"


_LINES = {
    Outcome.DELIVERED: (logging.DEBUG, "outbox_delivered"),
    Outcome.RETRY: (logging.WARNING, "outbox_retry"),
    Outcome.DEAD: (logging.ERROR, "outbox_dead"),
    Outcome.LOST: (logging.WARNING, "outbox_claim_lost"),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """One row after one attempt."""

    entry_id: UUID
    name: str
    outcome: Outcome
    failure: delivery.Failure | None = None


class DrainFailed(AssertionError):
    """A row failed while a test drained the outbox."""


def run_once(
    *,
    now: datetime,
    batch: int = BATCH,
    stopping: Callable[[], bool] = lambda: False,
    token: UUID | None = None,
) -> int:
    """Claim up to `batch` due rows and make one attempt at each. Returns how many were attempted.

    Where `stopping` turns true, the current row is finished and the rest is given back. `token` marks the claims (a
    random one unless given), so that whoever is interrupted can give them back later with `claims.recover`.
    """
    return len(_run(now=now, batch=batch, stopping=stopping, token=token or new_id()))


def drain(*, now: datetime | None = None) -> int:
    """For tests: run everything that is due, what that publishes included. Returns how many attempts succeeded.

    Raises DrainFailed, from the first failure, when any attempt failed; use `run_once` to test failures.
    """
    done: list[Settled] = []
    while attempts := _run(now=now or clock.now(), batch=BATCH, stopping=lambda: False, token=new_id()):
        done += attempts
        if len(done) > MOST_DRAINED:
            raise DrainFailed("The outbox does not run dry: does a job enqueue itself?")
    for result in done:
        if result.failure:
            raise DrainFailed(f"{result.name}: {result.failure.description}") from result.failure.error
    return len(done)


def backlog(*, now: datetime | None = None) -> Backlog:
    """How much waits, how long, and how much is dead."""
    return measure(now=now or clock.now())


def _run(*, now: datetime, batch: int, stopping: Callable[[], bool], token: UUID) -> list[Settled]:
    started = monotonic()

    def held() -> timedelta:
        return timedelta(seconds=monotonic() - started)

    waiting = deque(claims.claim(now=now, limit=batch, token=token, lease=_usual_lease()))
    done: list[Settled] = []
    try:
        while waiting and not stopping() and held() < HOLD:
            entry = waiting.popleft()
            done.append(result := _settle(entry, now=now + held()))
            if entry.aggregate and result.outcome in (Outcome.DELIVERED, Outcome.DEAD) and len(done) < batch:
                following = claims.follow(entry, now=now + held(), token=token, lease=_usual_lease())
                if following is not None:
                    waiting.appendleft(following)
    finally:
        claims.release(waiting, token=token)
    return done


def _settle(entry: Entry, *, now: datetime) -> Settled:
    started = monotonic()
    failure: delivery.Failure | None
    if entry.attempts >= settings.OUTBOX_MAX_ATTEMPTS:
        # Only a process that died in the last attempt leaves such a row: every other end of it is recorded.
        failure = delivery.Failure.permanently("The process ended during the last attempt.")
    elif claims.begin(entry, now=now, lease=_lease(entry)):
        failure = delivery.attempt(entry)
    else:
        return _reported(entry, Outcome.LOST, None)
    now += timedelta(seconds=monotonic() - started)
    if failure is None:
        outcome, held = Outcome.DELIVERED, claims.deliver(entry, now=now)
    elif failure.permanent or entry.attempts >= settings.OUTBOX_MAX_ATTEMPTS:
        outcome, held = Outcome.DEAD, claims.bury(entry, now=now, error=failure.description)
    else:
        until = now + backoff.delay(entry.attempts)
        outcome, held = Outcome.RETRY, claims.postpone(entry, until=until, error=failure.description)
    return _reported(entry, outcome if held else Outcome.LOST, failure)


def _usual_lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def _lease(entry: Entry) -> timedelta:
    if entry.kind == Kind.JOB:
        with suppress(UnknownName):
            return registry.job_named(entry.name).lease or _usual_lease()
    return _usual_lease()


def _reported(entry: Entry, outcome: Outcome, failure: delivery.Failure | None) -> Settled:
    reason = {"error": failure.description} if failure else {}
    level, line = _LINES[outcome]
    logger.log(
        level,
        line,
        entry=str(entry.id),
        kind=entry.kind,
        name=entry.name,
        attempts=entry.attempts,
        **reason,
    )
    metrics.outbox_attempts.labels(entry.name, outcome).inc()
    return Settled(entry.id, entry.name, outcome, failure)
