"""An event to publish, and short words for what the tests do all the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.outbox import publishing, registry, relay
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.models import Entry


@dataclass(frozen=True)
class Happened(Event):
    """Something with a number."""

    name: ClassVar[str] = "samples.happened"

    number: int


def publish(*numbers: int, aggregate: str = "") -> list[Entry]:
    """Happened with each of the numbers, in one transaction."""
    with transaction.atomic():
        ids = [publishing.publish(Happened(number), aggregate=aggregate) for number in numbers]
    return [Entry.objects.get(id=entry_id) for entry_id in ids]


def enqueue(name: str, payload: dict[str, object] | None = None, **options: Any) -> Entry:
    """One job."""
    with transaction.atomic():
        entry_id = publishing.enqueue(name, payload or {}, **options)
    return Entry.objects.get(id=entry_id)


def collect(*, in_transaction: bool = False) -> list[int]:
    """Subscribe to Happened; the list fills with the numbers that come."""
    seen: list[int] = []

    @registry.subscribe(Happened, in_transaction=in_transaction)
    def note(event: Happened) -> None:
        seen.append(event.number)

    return seen


def failing(error: Exception, *, times: int = 1_000_000, name: str = "first") -> Callable[..., None]:
    """A function called `name` that raises `error` so many times, then succeeds."""
    left = [times]

    def fail(*_: object, **__: object) -> None:
        if left[0]:
            left[0] -= 1
            raise error

    fail.__qualname__ = name
    return fail


def run(*, after: timedelta = timedelta(0), batch: int = 100) -> int:
    """One round of the relay, as if that much later."""
    return relay.run_once(now=clock.now() + after, batch=batch)


def again(entry: Entry | UUID) -> Entry:
    """The row as it stands now."""
    return Entry.objects.get(id=entry.id if isinstance(entry, Entry) else entry)
