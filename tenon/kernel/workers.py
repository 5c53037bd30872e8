"""What runs beside the API: each part is registered by its app, and the worker process runs them all.

    workers.register("relay", Relay)

A part starts threads of its own and returns at once; told to stop, it finishes what it has in hand.
"""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Protocol

from django.db import connections

LOOK_SECONDS = 1.0


class Worker(Protocol):
    """One part of the worker process. It is started once and stopped once."""

    @property
    def alive(self) -> bool:
        """Whether every thread of it runs."""

    def start(self) -> None:
        """Returns at once."""

    def stop(self) -> bool:
        """Finish what is in hand. False when that took too long: another process takes it over."""


class EndedByItself(Exception):
    """A part has stopped running without being told to."""


_registered: dict[str, Callable[[], Worker]] = {}


def register(name: str, make: Callable[[], Worker]) -> None:
    """Have the worker process run what `make` returns. Called when the apps are ready. Raises ValueError."""
    if name in _registered:
        raise ValueError(f"{name} is registered already.")
    _registered[name] = make


def registered() -> dict[str, Callable[[], Worker]]:
    """What makes each part, by name."""
    return dict(_registered)


def run_until_told(worker: Worker) -> bool:
    """Run one part in this process until SIGTERM or SIGINT; whether it finished in time. For a command.

    Raises EndedByItself.
    """
    told = threading.Event()

    def tell(signum: int, frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        worker.start()
        while not told.wait(LOOK_SECONDS) and worker.alive:
            pass
        finished = worker.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if not told.is_set():
        raise EndedByItself
    return finished


def disconnect() -> None:
    """Close what this thread has open to a database, broken or not, before it ends or begins anew."""
    for connection in connections.all(initialized_only=True):
        with suppress(Exception):  # a connection that is broken already may refuse to close, too
            connection.close()
