"""Publishers and relays of the feed's proof, run as processes.

python -m tests.proofs.feed_house publish ORGANIZATION NAME THREADS EACH
python -m tests.proofs.feed_house relay

Each thread of a publisher notes things of its own, one transaction each: some commit late, each fifth rolls back. What
is printed has been committed.
"""

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.core.management import call_command
from django.db import connections, transaction

import tenon.delivery.asgi  # noqa: F401 (sets Django up)
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.publishing import publish

LONGEST_SECONDS = 0.03


@dataclass(frozen=True)
class Noted(Event):
    """Somebody noted something."""

    name: ClassVar[str] = "proofs.noted"
    public: ClassVar[bool] = True

    organization_id: UUID
    thing: str
    number: int


class _ChangedMind(Exception):
    """Rolls a note back."""


def note(organization_id: UUID, thing: str, count: int) -> None:
    """Note `count` times of one thing, and hold each transaction open for a while."""
    chance = random.Random(thing)
    for number in range(1, count + 1):
        try:
            with transaction.atomic():
                publish(Noted(organization_id, thing, number), aggregate=f"thing:{thing}")
                time.sleep(chance.choice([0, 0, chance.uniform(0, LONGEST_SECONDS)]))
                if number % 5 == 0:
                    raise _ChangedMind
        except _ChangedMind:
            continue
        sys.stdout.write(f"{thing} {number}\n")
        sys.stdout.flush()
    connections.close_all()


if __name__ == "__main__":
    if sys.argv[1] == "publish":
        organization, name, threads, each = sys.argv[2:]
        with ThreadPoolExecutor(int(threads)) as pool:
            for result in [
                pool.submit(note, UUID(organization), f"{name}{thread}", int(each)) for thread in range(int(threads))
            ]:
                result.result()
    else:
        call_command("relay")
