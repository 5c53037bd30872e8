"""When a failed row is tried again: exponential backoff with full jitter.

Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

import random
from datetime import timedelta

FIRST = timedelta(seconds=5)
CEILING = timedelta(hours=6)


def ceiling(attempts: int) -> timedelta:
    """The longest wait after this many failed attempts (≥ 1): 5 s, 10 s, 20 s, … 6 h."""
    # 2**13 times 5 s is past the ceiling; a larger exponent would only overflow.
    return min(FIRST * (1 << min(attempts - 1, 13)), CEILING)


def delay(attempts: int) -> timedelta:
    """A wait drawn evenly between nothing and the ceiling: rows that failed together do not come back together."""
    return ceiling(attempts) * random.random()  # nosec B311
