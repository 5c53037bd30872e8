"""The relay of one process: some threads that poll until they are told to stop, and outlive a lost database."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error, close_old_connections

from tenon.kernel import clock, workers
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import claims, registry, relay, schedules

logger = structlog.get_logger("tenon.outbox")

FIRST_PAUSE = timedelta(seconds=0.25)
LONGEST_PAUSE = timedelta(seconds=4)
STOP_WITHIN = timedelta(seconds=25)


class Relay:
    """Start once, stop once. Each thread is a relay of its own, so a slow row of one holds up no other.

    One more thread enqueues what is scheduled and does the chores, which no slow row holds up either.
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._threads = [
            *(self._thread(f"relay-{number}", self._deliver) for number in range(settings.RELAY_THREADS)),
            self._thread("relay-chores", self._do_chores),
        ]

    @property
    def alive(self) -> bool:
        """Whether every thread runs."""
        return all(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Returns at once; nothing is asked of the database before the first poll."""
        for thread in self._threads:
            thread.start()
        logger.info("relay_started", threads=len(self._threads), poll_seconds=settings.RELAY_POLL_SECONDS)

    def stop(self, *, within: timedelta = STOP_WITHIN) -> bool:
        """Finish the rows in hand and give the others back. False when a row took longer than `within`.

        What such a thread holds is taken over by another relay once its lease has ended.
        """
        self._stopping.set()
        until = monotonic() + within.total_seconds()
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
        finished = not any(thread.is_alive() for thread in self._threads)
        logger.info("relay_stopped", finished=finished)
        return finished

    def _thread(self, name: str, turn: "_Turn") -> threading.Thread:
        return threading.Thread(target=self._run, args=(turn,), name=name, daemon=True)

    def _run(self, turn: "_Turn") -> None:
        token, failures = new_id(), 0
        while not self._stopping.is_set():
            try:
                close_old_connections()
                worked = turn(token=token, failed=bool(failures))
            except Exception as error:  # noqa: BLE001 (nothing but a stop may end the relay)
                failures += 1
                _report(error)
                workers.disconnect()
                self._stopping.wait(pause(failures).total_seconds())
            else:
                failures = 0
                if not worked:
                    self._stopping.wait(settings.RELAY_POLL_SECONDS)
        workers.disconnect()

    def _deliver(self, *, token: UUID, failed: bool) -> int:
        if failed:
            claims.recover(token=token)
        return relay.run_once(now=clock.now(), stopping=self._stopping.is_set, token=token)

    def _do_chores(self, *, token: UUID, failed: bool) -> int:
        """What is due by the clock, and every chore; one that fails keeps no other from its turn."""
        done, errors = 0, []
        for chore in (_enqueue_due, *registry.chores()):
            try:
                done += chore(now=clock.now(), stopping=self._stopping.is_set)
            except Exception as error:  # noqa: BLE001 (as above)
                errors.append(error)
        if errors:
            raise errors[0]
        return done


class _Turn(Protocol):
    """One round of a thread: how much it did. `token` marks what the thread holds; `failed`: so did the last round."""

    def __call__(self, *, token: UUID, failed: bool) -> int: ...


def _enqueue_due(*, now: datetime, stopping: Callable[[], bool]) -> int:
    return len(schedules.enqueue_due(now=now))


def pause(failures: int) -> timedelta:
    """How long to wait after this many failed rounds in a row (≥ 1): 0.25 s, 0.5 s, … 4 s."""
    return min(FIRST_PAUSE * (1 << min(failures - 1, 8)), LONGEST_PAUSE)


def _report(error: Exception) -> None:
    if isinstance(error, Error):
        logger.warning("relay_database_lost", error=type(error).__name__)
    else:
        logger.error("relay_round_failed", exc_info=error)
