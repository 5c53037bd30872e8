"""The relay: claims due rows, runs them, settles them. Any number of relays may run beside one another.

The truth is a poll of the table. PostgreSQL's NOTIFY is not used as a hint: a transaction that notifies takes a lock on
the whole database at commit, which leaves a quarter of the commits of eight writers (docs/decisions/0012), to save half
a second.
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
from django.db import transaction

from tenon.kernel import clock, metrics
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import backoff, claims, delivery, handover, registry
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


_FINAL = (Outcome.DELIVERED, Outcome.DEAD)
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
    Where there is a broker, jobs are handed to it, and events alone are run here.
    """
    token = token or new_id()
    if not handover.is_used():
        return len(_run(now=now, batch=batch, stopping=stopping, token=token))
    handed = handover.run_once(now=now, batch=batch, token=token)
    return handed + len(_run(now=now, batch=batch, stopping=stopping, token=token, kind=Kind.EVENT))


def run_handed_over(entry_id: UUID, *, now: datetime) -> Settled | None:
    """Make one attempt at a job that was handed over, as a relay would. None where it is no longer there to be taken.

    What follows it in its aggregate is handed over in turn.
    """
    token = new_id()
    entry = claims.take_over(entry_id, now=now, token=token, lease=_usual_lease())
    if entry is None:
        return None
    started = monotonic()
    result = _settle(entry, now=now, taken=[])
    if result and entry.aggregate and result.outcome in _FINAL and handover.is_used():
        now += timedelta(seconds=monotonic() - started)
        following = claims.follow(entry, now=now, token=token, lease=_usual_lease(), kind=Kind.JOB)
        handover.hand_over([following] if following else [], now=now, token=token)
    return result


def drain(*, now: datetime | None = None) -> int:
    """For tests: run everything that is due, what that publishes included, then the chores.

    Returns how many attempts succeeded.

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
    for chore in registry.chores():
        chore(now=now or clock.now(), stopping=lambda: False)
    return len(done)


def backlog(*, now: datetime | None = None) -> Backlog:
    """How much waits, how long, and how much is dead."""
    return measure(now=now or clock.now())


def _run(
    *, now: datetime, batch: int, stopping: Callable[[], bool], token: UUID, kind: Kind | None = None
) -> list[Settled]:
    started = monotonic()

    def held() -> timedelta:
        return timedelta(seconds=monotonic() - started)

    waiting = deque(claims.claim(now=now, limit=batch, token=token, lease=_usual_lease(), kind=kind))
    # What was begun with the claim is done within half of its lease.
    hold = min(HOLD, _usual_lease() / 2)
    done: list[Settled] = []
    taken: list[Entry] = []
    try:
        while waiting and not stopping() and held() < hold:
            entry = waiting.popleft()
            if not entry.begun:
                # Nobody knows how long it takes.
                done += _settle_taken(taken, now=now + held())
            result = _settle(entry, now=now + held(), taken=taken)
            if result is not None:
                done.append(result)
            final = result is None or result.outcome in _FINAL
            if entry.aggregate and final and len(done) + len(taken) < batch:
                following = claims.follow(entry, now=now + held(), token=token, lease=_usual_lease(), kind=kind)
                if following is not None:
                    waiting.appendleft(following)
        done += _settle_taken(taken, now=now + held())
    finally:
        claims.release(waiting, token=token)
    return done


def _settle(entry: Entry, *, now: datetime, taken: list[Entry]) -> Settled | None:
    """Make one attempt. None: all its consumers have taken it, and it joins `taken`, to be settled with the others."""
    started = monotonic()
    failure: delivery.Failure | None
    if entry.attempts >= settings.OUTBOX_MAX_ATTEMPTS:
        # Only a process that died in the last attempt leaves such a row: every other end of it is recorded.
        failure = delivery.Failure.permanently("The process ended during the last attempt.")
    elif entry.unsettled >= settings.OUTBOX_MAX_LOSSES:
        # It kills whoever runs it, and the jobs of others with them.
        failure = delivery.Failure.permanently(f"The process ended {entry.unsettled} times in a row, or took too long.")
    elif claims.begin(entry, now=now, lease=_lease(entry)):
        failure = delivery.attempt(entry)
    else:
        return _reported(entry, Outcome.LOST, None)
    seconds = monotonic() - started
    metrics.outbox_seconds.labels(entry.name).observe(seconds)
    now += timedelta(seconds=seconds)
    if failure is None and entry.begun:
        taken.append(entry)
        return None
    if failure is None:
        outcome, held = Outcome.DELIVERED, claims.deliver(entry, now=now)
    elif failure.permanent or entry.attempts >= settings.OUTBOX_MAX_ATTEMPTS:
        outcome, held = Outcome.DEAD, _bury(entry, now=now, error=failure.description)
    else:
        until = now + backoff.delay(entry.attempts)
        outcome, held = Outcome.RETRY, claims.postpone(entry, until=until, error=failure.description)
    return _reported(entry, outcome if held else Outcome.LOST, failure)


def _settle_taken(taken: list[Entry], *, now: datetime) -> list[Settled]:
    """Settle at once what is marked by receipts already: lost before that, it is delivered again to no effect."""
    if not taken:
        return []
    held = claims.deliver_begun(taken, now=now)
    settled = [_reported(entry, Outcome.DELIVERED if entry.sequence in held else Outcome.LOST, None) for entry in taken]
    taken.clear()
    return settled


def _bury(entry: Entry, *, now: datetime, error: str) -> bool:
    """Settle the row as dead, and tell in the same transaction whom its job names for that."""
    with transaction.atomic():
        if not claims.bury(entry, now=now, error=error):
            return False
        if entry.kind == Kind.JOB:
            with suppress(UnknownName):
                if died := registry.job_named(entry.name).died:
                    died(entry.id)
    return True


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
