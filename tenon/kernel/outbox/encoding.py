"""Payloads as JSON and back: written by the type of the value, read by the annotation that expects it."""

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from tenon.kernel.outbox.errors import Undecodable
from tenon.kernel.outbox.events import Event

E = TypeVar("E", bound=Event)

_PLAIN = (str, int, bool, float, list, dict)


def encode(value: object) -> Any:
    """`value` as JSON types. UUID, Decimal, datetime (aware) and date become strings, tuples become lists.

    Raises TypeError for anything else, and for keys that are no strings.
    """
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # a member of a StrEnum, or a template's safe text, as the text that it is
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("A datetime in a payload needs a time zone.")
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("The keys of a payload are strings.")
        return {key: encode(item) for key, item in value.items()}
    raise TypeError(f"A payload cannot hold {type(value).__name__}.")


def decode(value: Any, annotation: Any) -> Any:
    """What `encode` wrote, as the type that `annotation` names. Raises Undecodable."""
    if annotation is Any or annotation is inspect.Parameter.empty:
        return value
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _decode_optional(value, annotation)
    if origin is tuple:
        return _decode_tuple(value, annotation)
    if annotation in _PARSERS:
        return _parse(value, annotation)
    if (origin or annotation) in _PLAIN and type(value) is (origin or annotation):
        return value
    raise Undecodable(f"A {type(value).__name__} does not fit {annotation}.")


def _decode_optional(value: Any, annotation: Any) -> Any:
    members = [member for member in get_args(annotation) if member is not types.NoneType]
    if len(members) != 1:
        raise Undecodable(f"{annotation}: a payload can tell a value from None, but no other union apart.")
    return None if value is None else decode(value, members[0])


def _decode_tuple(value: Any, annotation: Any) -> tuple[Any, ...]:
    members = get_args(annotation)
    if not isinstance(value, list):
        raise Undecodable(f"A {type(value).__name__} does not fit {annotation}.")
    if len(members) == 2 and members[1] is Ellipsis:
        return tuple(decode(item, members[0]) for item in value)
    if len(members) != len(value):
        raise Undecodable(f"{len(value)} values do not fit {annotation}.")
    return tuple(decode(item, member) for item, member in zip(value, members, strict=True))


_PARSERS: dict[Any, Callable[[str], Any]] = {
    UUID: UUID,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def _parse(value: Any, annotation: Any) -> Any:
    if not isinstance(value, str):
        raise Undecodable(f"A {type(value).__name__} does not fit {annotation.__name__}.")
    try:
        return _PARSERS[annotation](value)
    except (ValueError, InvalidOperation):
        raise Undecodable(f"The stored text is no {annotation.__name__}.") from None


@lru_cache(maxsize=1024)
def _hints(target: Callable[..., object]) -> dict[str, Any]:
    return get_type_hints(target)


def event_to_json(event: Event) -> dict[str, Any]:
    """The fields of an event as JSON types.

    Raises TypeError when a value does not fit its field's annotation, and for a class without a name of its own.
    """
    kind = type(event)
    if "name" not in kind.__dict__:
        raise TypeError(f"{kind.__qualname__} has no name of its own.")
    payload = {field.name: encode(getattr(event, field.name)) for field in fields(event)}
    try:
        read = event_from_json(kind, payload)
    except Undecodable as error:
        raise TypeError(f"{kind.__qualname__}: {error}") from None
    for field in fields(event):
        if not _same(getattr(event, field.name), getattr(read, field.name)):
            raise TypeError(f"{kind.__qualname__}.{field.name} would not be read back as it was written.")
    return payload


def _same(written: Any, read: Any) -> bool:
    if isinstance(written, tuple) and isinstance(read, tuple):
        return len(written) == len(read) and all(map(_same, written, read))
    if isinstance(written, datetime) and isinstance(read, datetime):
        # `==` is never true for an hour that a zone repeats, so the parts are compared.
        return (written.replace(tzinfo=None), written.utcoffset()) == (read.replace(tzinfo=None), read.utcoffset())
    return isinstance(written, type(read)) and written == read


def event_from_json(kind: type[E], payload: Any) -> E:
    """The event that `event_to_json` wrote. Unknown fields are ignored: newer writers do not break older readers.

    Raises Undecodable when a field without a default is missing or a value does not fit.
    """
    values: dict[str, Any] = {}
    target: Any = kind
    hints = _hints(target)
    for field in fields(kind):
        if field.name in payload:
            values[field.name] = _named(field.name, payload[field.name], hints[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise Undecodable(f"The field {field.name} is missing.")
    return kind(**values)


def arguments_from_json(function: Callable[..., object], payload: Any) -> dict[str, Any]:
    """A job's payload as keyword arguments of the types that the function's annotations name. Raises Undecodable."""
    hints = _hints(function)
    return {name: _named(name, value, hints.get(name, Any)) for name, value in payload.items()}


def _named(name: str, value: Any, annotation: Any) -> Any:
    try:
        return decode(value, annotation)
    except Undecodable as error:
        raise Undecodable(f"{name}: {error}") from None
