"""When a failed delivery is tried again, how long an endpoint rests, and when we stop.

Sources: the Standard Webhooks specification on retries, and the schedules that Svix and Stripe publish.
"""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# How long after each failed attempt the next one is made: ten attempts over about three days.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
SPREAD = 0.2
FAILING_FOR = timedelta(days=5)

# A lane rests after a miss for less than any of its deliveries waits anyway, so that it delays only later ones.
FIRST_REST = timedelta(seconds=4)
LONGEST_REST = timedelta(minutes=4)
# So many failures in a row of a receiver that does answer are its own affair.
FAILURES_WITHOUT_REST = 5
LONGEST_ASKED_REST = timedelta(hours=1)


def wait(tries: int) -> timedelta | None:
    """How long to wait after that many attempts (≥ 1) have failed, give or take a fifth; None: that was the last."""
    if tries > len(WAITS):
        return None
    return WAITS[tries - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)  # nosec B311


def rest(misses: int, *, answered: bool) -> timedelta | None:
    """How long an endpoint is left alone after so many failures in a row (≥ 1)."""
    if answered and misses < FAILURES_WITHOUT_REST:
        return None
    return min(FIRST_REST * (1 << min(misses - 1, 10)), LONGEST_REST)


def asked_rest(retry_after: str, *, now: datetime) -> timedelta | None:
    """What a receiver asks for by Retry-After (RFC 9110 §10.2.3), at most an hour; None when it asks for nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED_REST)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year, or a zone, that no clock has
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), LONGEST_ASKED_REST)
