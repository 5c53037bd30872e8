"""A small product of the outbox's own proof, run as processes: somebody who orders, and relays that deliver.

python -m tests.proofs.outbox_house order FIRST LAST     commits every order but each fifth, and says which
python -m tests.proofs.outbox_house relay
granian --interface asgi tests.proofs.outbox_house:application
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from django.core.management import call_command
from django.db import transaction

from tenon.delivery.asgi import application  # sets Django up
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.kernel.outbox.registry import job, subscribe

__all__ = ["application"]
CUSTOMERS = 10


@dataclass(frozen=True)
class Ordered(Event):
    """A customer ordered."""

    name: ClassVar[str] = "proofs.ordered"

    number: int
    customer: int


@subscribe(Ordered)
def bill(event: Ordered) -> None:
    """One effect, which is a row and so part of the handler's transaction."""
    _effect("bill", event)


@subscribe(Ordered)
def ship(event: Ordered) -> None:
    """Another, of another consumer."""
    _effect("ship", event)


def _effect(consumer: str, event: Ordered) -> None:
    enqueue("proofs.effect", {"consumer": consumer, "number": event.number, "customer": event.customer})


@job("proofs.effect")
def tell(*, consumer: str, number: int, customer: int) -> None:
    """Something outside of the database: one line of a file for each time that it is run."""
    time.sleep(float(os.environ.get("PROOF_JOB_SECONDS", "0")))
    with Path(os.environ["PROOF_FILE"]).open("a", encoding="utf-8") as file:
        file.write(f"{consumer} {number} {customer}\n")


class _ChangedMind(Exception):
    """Rolls an order back."""


def order(first: int, last: int) -> None:
    """Order `first` to `last`, one transaction each; what is printed has been committed."""
    for number in range(first, last + 1):
        customer = number % CUSTOMERS
        try:
            with transaction.atomic():
                publish(Ordered(number=number, customer=customer), aggregate=f"customer:{customer}")
                if number % 5 == 0:
                    raise _ChangedMind
        except _ChangedMind:
            continue
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "order":
        order(int(sys.argv[2]), int(sys.argv[3]))
    else:
        call_command("relay")
