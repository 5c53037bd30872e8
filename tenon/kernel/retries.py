"""Work that is done once more, as a whole, where the database has ended its transaction so that others could go on.

Of transactions that wait for each other in a circle the database ends one, and nothing of that one has happened. One
order in which everybody takes rows keeps circles away, and is the first thing to look for. Where one may remain, the
unit of work is what is repeated, never a statement: what a transaction had read counts for nothing once it is gone.

    @retried
    def place(*, cart_id: UUID, now: datetime) -> Placed:
        with organization_scope(...):
            ...

What is decorated opens its transactions itself, and may begin anew: it touches the database alone, or nothing that a
second time would do again. Inside a transaction that somebody else has opened it is called once, as whoever opened that
one is the one to repeat it.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection

from tenon.kernel import metrics

logger = structlog.get_logger("tenon.database")

TRIES = 5
FIRST_PAUSE = 0.01  # seconds; at most, and twice as many before each further try
_POSTGRESQL = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_MARIADB = {1213}  # ER_LOCK_DEADLOCK; not 1205, after which somebody has waited for long enough

P = ParamSpec("P")
R = TypeVar("R")


def retried(work: Callable[P, R]) -> Callable[P, R]:
    """`work`, called up to TRIES times while the database ends its transaction in favour of another's.

    Between two of them it waits for a random moment, so that those who met do not meet again. What the last try raises
    is raised; any other error is, at once.
    """

    name = f"{work.__module__.removeprefix('tenon.')}.{work.__qualname__}"

    @wraps(work)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return work(*args, **kwargs)
        for number in range(1, TRIES):
            try:
                return work(*args, **kwargs)
            except OperationalError as error:
                if not ended_for_another(error):
                    raise
                metrics.retried_transactions.labels(name).inc()
                logger.info("transaction_retried", work=name, number=number)
            time.sleep(pause(number))
        return work(*args, **kwargs)

    return whole


def ended_for_another(error: OperationalError) -> bool:
    """Whether the database has ended the transaction so that others could go on, and all of it can be done again."""
    if connection.vendor == "postgresql":
        return getattr(error.__cause__, "sqlstate", None) in _POSTGRESQL
    return connection.vendor == "mysql" and bool(error.args) and error.args[0] in _MARIADB


def pause(number: int) -> float:
    """Seconds before the try after this one (from 1): drawn evenly, so that two who met do not meet again."""
    return FIRST_PAUSE * (1 << (number - 1)) * random.random()  # nosec B311
