"""The base of every event: a frozen dataclass of ids and values, known by its name."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from tenon.kernel.outbox.errors import UnknownName

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_known: dict[str, "type[Event]"] = {}


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses in an app's `events.py` and set `name`.

    `name` is `<app>.<what_happened>` and is stored with the row, so it outlives a rename of the class.
    `public` events are offered to webhook subscribers. Fields hold UUID, datetime, date, Decimal, str, int, bool,
    None and tuples of these; a field added later needs a default, so that older rows can still be read.
    """

    name: ClassVar[str] = ""
    public: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            _register(cls)


def _register(event: type[Event]) -> None:
    if not _NAME.fullmatch(event.name):
        raise ValueError(f"{event.__qualname__}: an event's name is <app>.<what_happened>, not {event.name!r}.")
    other = _known.get(event.name)
    # A dataclass with slots is built twice, so the same class may come here again, its qualified name not yet set.
    if other is not None and (other.__module__, other.__name__) != (event.__module__, event.__name__):
        raise ValueError(f"{event.name} already names {other.__module__}.{other.__qualname__}.")
    _known[event.name] = event


def event_class(name: str) -> type[Event]:
    """The class of an event's name. Raises UnknownName."""
    try:
        return _known[name]
    except KeyError:
        raise UnknownName(f"No event class is named {name!r}.") from None
