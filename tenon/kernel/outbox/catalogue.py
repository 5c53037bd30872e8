"""The types of event that outsiders may read and subscribe to, each with its words, its JSON Schema and an example."""

import inspect
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tenon.kernel import modules
from tenon.kernel.outbox import json_schema
from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.events import Event, event_class, known_events
from tenon.kernel.outbox.public import PublicEvent

_ID = UUID("0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21")
_ORGANIZATION = UUID("0199f6f0-4c1e-7a52-9d3c-000000000001")
_MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of public event. `schema` describes `PublicEvent.data`; `example` is a whole `PublicEvent`."""

    name: str
    summary: str
    description: str
    schema: dict[str, Any]
    example: PublicEvent


def names() -> list[str]:
    """The names of all public event types of what is switched on, in order.

    For whoever answers a request: schemas and examples of them all take a thousand times as long to write.
    """
    return sorted(event.name for event in known_events() if event.public)


def catalogue() -> list[EventType]:
    """Every public event type of what is switched on, by name."""
    return [find(name) for name in names()]


def find(name: str) -> EventType:
    """The public event type of this name. Raises UnknownName, also for an event that is not public."""
    event = event_class(name)
    if not event.public or not modules.is_on(event.__module__):
        raise UnknownName(f"No public event is named {name!r}.")
    return _described(event)


def _described(event: type[Event]) -> EventType:
    summary, _newline, rest = inspect.cleandoc(event.__doc__ or "").partition("\n")
    data = json_schema.example_of(event)
    organization_id = UUID(data["organization_id"]) if "organization_id" in data else _ORGANIZATION
    example = PublicEvent(_ID, event.name, organization_id, _MOMENT, data)
    return EventType(event.name, summary.rstrip("."), rest.strip(), json_schema.schema_of(event), example)
