"""Calls that run at the same time, each on a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

from tenon.testing.databases import server

Result = TypeVar("Result")


def together(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """What each call gave or raised, in order; none starts before all can."""
    start = Barrier(len(calls), timeout=60)

    def run(call: Callable[[], Result]) -> Result | Exception:
        start.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connections.close_all()

    with server().crowd(len(calls)), ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
