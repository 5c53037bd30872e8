"""Jobs that worker processes run: handed to a broker by their ids, while the rows remain the truth.

Without a broker nothing here is used, and the relay runs jobs itself. With one, a job's row is marked as handed over
and then told of; the worker that is told takes the row over and settles it as a relay would. What a broker loses, or a
worker that is killed, comes due again with the end of its lease. No more than `in_flight` jobs lie with the broker at a
time: the queue is the outbox.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings

from tenon.kernel.ids import new_id
from tenon.kernel.outbox import claims
from tenon.kernel.outbox.models import Entry, Kind

logger = structlog.get_logger("tenon.outbox")

Publish = Callable[[Sequence[Entry]], int]
"""Tells the broker of rows, by id and name; returns how many it took. Fewer than all: it is lost. Raises nothing."""

PAUSE = timedelta(seconds=2)  # without a further attempt after the broker did not answer


@dataclass(slots=True)
class Broker:
    """Who publishes, and how many jobs may lie there. `closed_until`: left alone until then, since it is lost."""

    publish: Publish
    in_flight: int
    closed_until: datetime | None = None


_brokers: list[Broker] = []


def register(publish: Publish, *, in_flight: int) -> None:
    """Hand jobs over from now on."""
    _brokers[:] = [Broker(publish, in_flight)]


def is_used() -> bool:
    """Whether jobs are handed over."""
    return bool(_brokers)


def run_once(*, now: datetime, batch: int, token: UUID) -> int:
    """Hand over up to `batch` due jobs. Returns how many the broker took."""
    broker = _brokers[0]
    if broker.closed_until is not None and now < broker.closed_until:
        return 0
    lying = Entry.objects.filter(handed_over_at__isnull=False, claimed_until__gt=now)
    room = broker.in_flight - len(lying.values_list("sequence")[: broker.in_flight])
    if room <= 0:
        return 0
    jobs = claims.claim(now=now, limit=min(batch, room), token=token, lease=_lease(), kind=Kind.JOB)
    return hand_over(jobs, now=now, token=token)


def hand_over(jobs: Sequence[Entry], *, now: datetime, token: UUID) -> int:
    """Hand over jobs that `token` has claimed. Returns how many the broker took; the others are given back."""
    if not jobs:
        return 0
    broker, handed = _brokers[0], new_id()
    # Under a token of their own: a round that is broken off does not take back what lies with the broker.
    claims.hand_over(jobs, held_by=token, now=now, token=handed, lease=_lease())
    taken = broker.publish(jobs)
    if taken < len(jobs):
        claims.release(jobs[taken:], token=handed)
        broker.closed_until = now + PAUSE
        logger.warning("broker_lost", waiting=len(jobs) - taken)
    return taken


def _lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
