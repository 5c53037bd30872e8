"""The clock of a deployment, moved on: python -m tests.proofs.checkout_house DAYS

Does what the job does each minute, as of so many days from now, and prints how many orders nobody has paid by then.
"""

import sys
from datetime import timedelta

import tenon.delivery.asgi  # noqa: F401 (sets Django up)
from tenon.domains.orders.services import expiry
from tenon.kernel import clock


def expire(*, days: int) -> int:
    """Cancel the orders that are unpaid by then."""
    now, cancelled = clock.now() + timedelta(days=days), 0
    while batch := expiry.expire(now=now):
        cancelled += batch
    return cancelled


if __name__ == "__main__":
    sys.stdout.write(f"{expire(days=int(sys.argv[1]))}\n")
