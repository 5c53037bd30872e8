"""A hint within one process that something is due. The truth is what the dispatcher finds when it looks by itself."""

import threading

_due = threading.Event()


def wake() -> None:
    """Something is due."""
    _due.set()


def wait(seconds: float) -> None:
    """Sleep until woken, at most so long."""
    _due.wait(seconds)
    _due.clear()
