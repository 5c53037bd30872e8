"""A small product of the jobs' own proof, run as processes: an API that takes orders, relays, and Celery workers.

granian --interface wsgi tests.proofs.jobs_house:api       POST /7 orders number 7; each fifth order is rolled back
python -m tests.proofs.jobs_house relay
celery -A tests.proofs.jobs_house worker
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (the apps must be ready first)
from django.db import close_old_connections, transaction  # noqa: E402

from tenon.kernel import clock  # noqa: E402
from tenon.kernel.outbox.delivery import current_id  # noqa: E402
from tenon.kernel.outbox.events import Event  # noqa: E402
from tenon.kernel.outbox.publishing import enqueue, publish  # noqa: E402
from tenon.kernel.outbox.registry import job, subscribe  # noqa: E402

if os.environ.get("CELERY_BROKER_URL"):
    from tenon.delivery.celery import app

    __all__ = ["app"]

LEASE = timedelta(seconds=10)
NEVER = timedelta(days=3650)
TELL_EVERY = 10


@dataclass(frozen=True)
class Ordered(Event):
    """Somebody ordered."""

    name: ClassVar[str] = "proofs.ordered"

    number: int


@subscribe(Ordered)
def bill(event: Ordered) -> None:
    """What follows in the database is a job; of some orders the world outside is told, too."""
    enqueue("proofs.book", {"number": event.number})
    if event.number % TELL_EVERY == 1:
        enqueue("proofs.tell", {"number": event.number})


@job("proofs.book", atomic=True, lease=LEASE)
def book(*, number: int) -> None:
    """The effect is a row: it happens exactly once."""
    enqueue("proofs.booked", {"number": number}, not_before=clock.now() + NEVER)


@job("proofs.booked")
def booked(*, number: int) -> None:
    """Never run in the time of a proof; its rows are the ledger."""


@job("proofs.tell", lease=LEASE)
def tell(*, number: int) -> None:
    """The effect is outside: told at least once, each time under the same id, by which the consumer knows it."""
    with Path(os.environ["PROOF_FILE"]).open("a", encoding="utf-8") as file:
        file.write(f"{current_id()} {number}\n")


class _ChangedMind(Exception):
    """Rolls an order back."""


def api(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One order, in one transaction: 201 when it is committed, 409 when it is rolled back, 503 when nobody knows."""
    number = int(environ["PATH_INFO"].strip("/"))
    close_old_connections()
    try:
        with transaction.atomic():
            publish(Ordered(number=number))
            if number % 5 == 0:
                raise _ChangedMind
        status = "201 Created"
    except _ChangedMind:
        status = "409 Conflict"
    except Exception:  # noqa: BLE001 (whatever it was: the client may not take it for a commit)
        status = "503 Service Unavailable"
    start_response(status, [("Content-Length", "0")])
    return [b""]


if __name__ == "__main__":
    call_command("relay")
