"""`filter[field]=` and `filter[field][operator]=`, from an allow-list that a list endpoint declares.

    filters = {"status": choice("status", "active", "ended"), "created_at": timestamp("created_at")}

The key is the public name, the first argument the column. Each kind has the operators that make sense for it. `in`
takes up to 100 values separated by commas; `contains` ignores case. A value of the wrong type is a 400 that names its
parameter.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tenon.kernel.errors import FieldError, Invalid

MAX_VALUES = 100
MAX_LENGTH = 200  # characters of a text value
_PARAMETER = re.compile(r"filter\[([a-z0-9_]+)\](?:\[([a-z]+)\])?")
_LOOKUPS = {
    "eq": "exact",
    "gte": "gte",
    "lte": "lte",
    "in": "in",
    "contains": "icontains",
    "prefix": "startswith",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A column that a list may be filtered by: which operators, how a value is read, and its JSON Schema."""

    column: str
    operators: tuple[str, ...]
    read: Callable[[str], Any]
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter of a request: its parameter as sent, and the lookup of the ORM with its value."""

    parameter: str
    lookup: str
    value: Any


def text(column: str) -> Filter:
    """Compared as it is; `contains` finds a part of it without regard to case."""
    return Filter(column, ("eq", "in", "contains"), _text, {"type": "string", "maxLength": MAX_LENGTH})


def word(column: str) -> Filter:
    """Compared as it is; `prefix` finds what begins with it."""
    return Filter(column, ("eq", "in", "prefix"), _text, {"type": "string", "maxLength": MAX_LENGTH})


def choice(column: str, *values: str) -> Filter:
    """One of `values`."""

    def read(value: str) -> str:
        if value not in values:
            raise ValueError
        return value

    return Filter(column, ("eq", "in"), read, {"type": "string", "enum": list(values)})


def identifier(column: str) -> Filter:
    """A UUID."""
    return Filter(column, ("eq", "in"), _uuid, {"type": "string", "format": "uuid"})


def integer(column: str) -> Filter:
    """A whole number of 64 bits."""
    bounds = {"minimum": -(2**63), "maximum": 2**63 - 1}
    return Filter(column, ("eq", "gte", "lte", "in"), _integer, {"type": "integer", "format": "int64", **bounds})


def decimal(column: str) -> Filter:
    """A decimal number of up to 18 digits before and 9 after the point."""
    pattern = r"^-?\d{1,18}(\.\d{1,9})?$"
    return Filter(column, ("eq", "gte", "lte", "in"), _decimal, {"type": "string", "pattern": pattern})


def boolean(column: str) -> Filter:
    """`true` or `false`."""
    return Filter(column, ("eq",), _boolean, {"type": "boolean"})


def timestamp(column: str) -> Filter:
    """An RFC 3339 instant with its offset."""
    return Filter(column, ("eq", "gte", "lte"), _timestamp, {"type": "string", "format": "date-time"})


def conditions(query: Mapping[str, str], allowed: Mapping[str, Filter]) -> list[Condition]:
    """The filters in `query`, in a canonical order. Raises Invalid that names every parameter at fault."""
    found, faults = [], []
    for parameter in sorted(name for name in query if name.startswith("filter")):
        try:
            found.append(_condition(parameter, query[parameter], allowed))
        except _Refused as refusal:
            faults.append(FieldError("", refusal.code, refusal.detail, parameter=parameter))
    if faults:
        raise Invalid(errors=faults)
    return found


def parameters(allowed: Mapping[str, Filter]) -> Iterator[tuple[str, str, Filter]]:
    """Every parameter that `allowed` offers, as (parameter, operator, filter)."""
    for name, declared in allowed.items():
        for operator in declared.operators:
            yield f"filter[{name}]" if operator == "eq" else f"filter[{name}][{operator}]", operator, declared


class _Refused(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def _condition(parameter: str, value: str, allowed: Mapping[str, Filter]) -> Condition:
    match = _PARAMETER.fullmatch(parameter)
    declared = allowed.get(match[1]) if match else None
    if match is None or declared is None:
        names = ", ".join(allowed) or _("none")
        raise _Refused("unknown_filter", _("There is no such filter. Filters: %(names)s.") % {"names": names})
    operator = match[2] or "eq"
    if operator not in declared.operators:
        names = ", ".join(declared.operators)
        raise _Refused("unknown_operator", _("This filter has the operators %(names)s.") % {"names": names})
    lookup = f"{declared.column}__{_LOOKUPS[operator]}"
    try:
        return Condition(parameter, lookup, _read_many(value, declared) if operator == "in" else declared.read(value))
    except ValueError:
        kind = declared.schema.get("format") or declared.schema["type"]
        raise _Refused("invalid_value", _("This is not a value of the type %(type)s.") % {"type": kind}) from None


def _read_many(value: str, declared: Filter) -> list[Any]:
    parts = value.split(",")
    if len(parts) > MAX_VALUES:
        raise ValueError
    return [declared.read(part) for part in parts]


def _text(value: str) -> str:
    if not value or len(value) > MAX_LENGTH:
        raise ValueError
    return value


def _uuid(value: str) -> UUID:
    if len(value) != 36:
        raise ValueError
    return UUID(value)


def _integer(value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,19}", value) or not -(2**63) <= int(value) < 2**63:
        raise ValueError
    return int(value)


def _decimal(value: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", value):
        raise ValueError
    return Decimal(value)


def _boolean(value: str) -> bool:
    if value not in {"true", "false"}:
        raise ValueError
    return value == "true"


def _timestamp(value: str) -> datetime:
    instant = parse_datetime(value)  # raises ValueError for the 31st of February
    if instant is None or instant.tzinfo is None:
        raise ValueError
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # before the year 1 or after 9999, once in UTC
        raise ValueError from None
