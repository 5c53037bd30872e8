"""The dispatcher of one process: it looks which lanes are due, has threads send, and writes down how that ended.

One thread speaks with the database, so that a process holds one connection however many requests are under way. Any
number of dispatchers may run beside one another; what they must not do twice is decided by the claims on lanes.
"""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import structlog
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, close_old_connections

from tenon.kernel import clock, workers
from tenon.kernel.ids import new_id
from tenon.platform.webhooks.engines.slots import Slots
from tenon.platform.webhooks.services import lanes, sending, waking
from tenon.platform.webhooks.services.lanes import Result, Work

logger = structlog.get_logger("tenon.webhooks")

FIRST_PAUSE = timedelta(seconds=0.25)
LONGEST_PAUSE = timedelta(seconds=4)
# What the database itself refuses to take goes after a few tries; its lane is served anew once the lease has ended.
MOST_TRIES = 3
_LOST = (OperationalError, InterfaceError)
# An attempt takes at most 15 seconds.
STOP_WITHIN = timedelta(seconds=25)


@dataclass(slots=True)
class _Ended:
    """What has been sent in a lane, on its way to the database."""

    work: Work
    results: list[Result]
    tries: int = 0

    @property
    def longest(self) -> float | None:
        """Seconds that the longest attempt took; None where nothing was sent."""
        return max((result.milliseconds / 1000 for result in self.results), default=None)


class Dispatcher:
    """Start once, stop once."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._slots = Slots(settings.WEBHOOK_CONCURRENCY)
        self._done: queue.SimpleQueue[_Ended] = queue.SimpleQueue()
        self._unsettled: list[_Ended] = []
        self._token = new_id()
        self._pool = ThreadPoolExecutor(self._slots.fast + self._slots.slow, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Returns at once."""
        self._thread.start()
        logger.info("webhooks_started", concurrency=self._slots.fast)

    def stop(self, *, within: timedelta = STOP_WITHIN) -> bool:
        """Finish the attempts under way, write them down, and give the lanes back. False when that takes longer.

        What was under way then is sent again by another dispatcher once the lease has ended.
        """
        self._stopping.set()
        waking.wake()
        self._thread.join(within.total_seconds())
        finished = not self._thread.is_alive()
        self._pool.shutdown(wait=finished, cancel_futures=True)
        logger.info("webhooks_stopped", finished=finished)
        return finished

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set() or len(self._slots) or self._unsettled:
            try:
                close_old_connections()
                self.run_once()
            except Exception as error:  # noqa: BLE001 (nothing but a stop may end the dispatcher)
                failures += 1
                _report(error)
                workers.disconnect()
                waking.wait(min(FIRST_PAUSE * (1 << min(failures - 1, 8)), LONGEST_PAUSE).total_seconds())
            else:
                failures = 0
                waking.wait(settings.WEBHOOK_POLL_SECONDS)
        with suppress(Error):
            lanes.release(token=self._token)
        workers.disconnect()

    def run_once(self) -> int:
        """Write down what has ended and begin what is due. Returns how many lanes have begun."""
        self._settle()
        if self._stopping.is_set():
            return 0
        begun = 0
        for suspect in (False, True):
            room = self._slots.room(suspect=suspect, now=monotonic())
            for work in lanes.claim(now=clock.now(), suspect=suspect, room=room, token=self._token):
                taken = {"slow": suspect, "missed": work.suspect}
                self._slots.take(work.lane_id, work.organization_id, **taken, now=monotonic())
                self._pool.submit(self._send, work)
                begun += 1
        return begun

    def _send(self, work: Work) -> None:
        """In a thread of the pool, which never asks the database."""
        results: list[Result] = []
        try:
            results = sending.send_all(work, stopping=self._stopping.is_set)
        finally:
            self._done.put(_Ended(work, results))
            waking.wake()

    def _settle(self) -> None:
        """Write down what has ended. What cannot be, is tried again in the next round, and keeps no other waiting."""
        with suppress(queue.Empty):
            while True:
                ended = self._done.get_nowait()
                self._slots.leave(ended.work.lane_id, longest=ended.longest, now=monotonic())
                self._unsettled.append(ended)
        waiting, self._unsettled, failure = self._unsettled, [], None
        for ended in waiting:
            try:
                _write_down(ended)
            except Exception as error:  # noqa: BLE001 (raised below, once the others are written down)
                failure = error
                ended.tries += 1
                if isinstance(error, _LOST) or ended.tries < MOST_TRIES:
                    self._unsettled.append(ended)
        if failure is not None:
            raise failure


def _write_down(ended: _Ended) -> None:
    if not lanes.settle(ended.work, ended.results, now=clock.now()):
        logger.warning("webhook_claim_lost", endpoint=str(ended.work.endpoint_id))
    for result in ended.results:
        logger.info(
            "webhook_attempt",
            endpoint=str(ended.work.endpoint_id),
            delivery=str(result.message.delivery_id),
            attempt=str(result.attempt_id),
            number=result.message.number,
            outcome=result.outcome,
            status=result.status,
            milliseconds=result.milliseconds,
        )


def _report(error: Exception) -> None:
    if isinstance(error, Error):
        logger.warning("webhooks_database_lost", error=type(error).__name__)
    else:
        logger.error("webhooks_round_failed", exc_info=error)
