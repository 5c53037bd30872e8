"""The base of every event: a frozen dataclass of ids and values, known by its name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tenon.kernel import modules
from tenon.kernel.outbox.errors import UnknownName

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_ACTION = re.compile(r"[a-z][a-z0-9_]*(:[a-z][a-z0-9_]*){2}")
_known: dict[str, "type[Event]"] = {}


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses in an app's `events.py` and set `name`.

    `name` is `<app>.<what_happened>` and is stored with the row, so it outlives a rename of the class.
    Fields hold UUID, datetime, date, Decimal, str, int, bool, None and tuples of these; a field added later needs a
    default, so that older rows can still be read.

    `public` events are shown to outsiders, by webhooks and in the feed, when they carry an organization: no secrets,
    and nothing of a person that a member of the organization may not know. Their docstring is written for outsiders,
    `Annotated[UUID, "Who joined."]` describes a field, and `example` has values for the documentation.

    `audited` makes every publication a row of the audit log: `<source>:<subject>:<verb>`, as in
    `identity:session:revoked`. What it was done to is a subject, whose id the field `audit_target` holds, which is
    `<subject>_id` unless said; `actor_id`, where there is such a field, is who did it if no caller is known. The other
    fields are the parameters, so none of them is a secret. An event that is not audited says why in `unaudited`.
    """

    name: ClassVar[str] = ""
    public: ClassVar[bool] = False
    example: ClassVar[Mapping[str, Any]] = {}
    audited: ClassVar[str] = ""
    audit_target: ClassVar[str] = ""
    unaudited: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            _register(cls)


def _register(event: type[Event]) -> None:
    if not _NAME.fullmatch(event.name):
        raise ValueError(f"{event.__qualname__}: an event's name is <app>.<what_happened>, not {event.name!r}.")
    if event.audited and not _ACTION.fullmatch(event.audited):
        raise ValueError(f"{event.__qualname__}: audited is <source>:<subject>:<verb>, not {event.audited!r}.")
    other = _known.get(event.name)
    # A dataclass with slots is built twice, so the same class may come here again, its qualified name not yet set.
    if other is not None and (other.__module__, other.__name__) != (event.__module__, event.__name__):
        raise ValueError(f"{event.name} already names {other.__module__}.{other.__qualname__}.")
    _known[event.name] = event


def known_events() -> list[type[Event]]:
    """Every event class that has a name, but for those of what is switched off."""
    return [event for event in _known.values() if modules.is_on(event.__module__)]


def event_class(name: str) -> type[Event]:
    """The class of an event's name, also where it belongs to what is switched off. Raises UnknownName."""
    try:
        return _known[name]
    except KeyError:
        raise UnknownName(f"No event class is named {name!r}.") from None
