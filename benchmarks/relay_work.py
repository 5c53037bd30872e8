"""One process that delivers rows of the outbox in turn with the relay and with bare loops, and prints what it cost.

python -m benchmarks.relay_work EVENTS ROUNDS
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from tenon.kernel import clock  # noqa: E402
from tenon.kernel.outbox import relay  # noqa: E402
from tenon.kernel.outbox.events import Event  # noqa: E402
from tenon.kernel.outbox.models import Entry, Kind, Receipt  # noqa: E402
from tenon.kernel.outbox.registry import subscribe  # noqa: E402

_LOCKING = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
_TAKE = (
    "SELECT sequence, payload FROM outbox_entry WHERE available_at IS NOT NULL AND available_at <= %s"
    " ORDER BY available_at, sequence LIMIT {}" + _LOCKING
)
_DONE = "UPDATE outbox_entry SET available_at = NULL, delivered_at = %s WHERE sequence IN ({})"


@dataclass(frozen=True)
class Heard(Event):
    """Something that a handler listens to."""

    name: ClassVar[str] = "benchmarks.heard"

    number: int


@dataclass(frozen=True)
class Unheard(Event):
    """Something that nobody listens to."""

    name: ClassVar[str] = "benchmarks.unheard"

    number: int


@subscribe(Heard)
def hear(event: Heard) -> None:
    """A trivial handler."""


def fill(name: str, events: int) -> None:
    """Nothing in the outbox but so many due events."""
    Entry.objects.all().delete()
    Receipt.objects.all().delete()
    now = clock.now()
    rows = [
        Entry(kind=Kind.EVENT, name=name, payload={"number": number}, created_at=now, available_at=now)
        for number in range(events)
    ]
    Entry.objects.bulk_create(rows, batch_size=500)


def deliver() -> None:
    """The relay until nothing is left."""
    while relay.run_once(now=clock.now()):
        pass


def bare(size: int) -> None:
    """Take `size` rows, call the handler, mark them, commit, until nothing is left."""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKE.format(size), [clock.now()])
            rows = cursor.fetchall()
            if not rows:
                return
            for _sequence, payload in rows:
                hear(Heard(json.loads(payload)["number"]))
            cursor.execute(_DONE.format(", ".join(["%s"] * len(rows))), [clock.now(), *(row[0] for row in rows)])


WAYS: dict[str, tuple[str, Callable[[], None]]] = {
    "relay": (Heard.name, deliver),
    "relay_unheard": (Unheard.name, deliver),
    "bare": (Heard.name, lambda: bare(1)),
    "bare_hundred": (Heard.name, lambda: bare(100)),
}


def measured(name: str, work: Callable[[], None], events: int) -> tuple[float, float]:
    """CPU milliseconds an event of this process, and events a second."""
    fill(name, events)
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    left = Entry.objects.filter(delivered_at__isnull=True).count()
    if left:
        raise SystemExit(f"{left} events were left")
    return cpu * 1000 / events, events / wall


def main(events: int, rounds: int) -> dict[str, dict[str, float]]:
    seen: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for count in range(rounds + 1):
        for way, (name, work) in WAYS.items():
            figures = measured(name, work, events)
            if count:
                seen[way].append(figures)
    return {
        way: {"cpu_ms": median(cpu for cpu, _ in each), "rate": median(rate for _, rate in each)}
        for way, each in seen.items()
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
