"""JSON Schema (2020-12) of an event's fields, and a value that fits it, both from the annotations.

    user_id: Annotated[UUID, "Who joined."]        # the text becomes the property's description

They describe what `encoding` writes: the same types, one by one.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from tenon.kernel.outbox.events import Event

_SIMPLE: dict[Any, tuple[dict[str, Any], Any]] = {
    UUID: ({"type": "string", "format": "uuid"}, "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21"),
    datetime: ({"type": "string", "format": "date-time"}, "2026-11-20T09:30:00+00:00"),
    date: ({"type": "string", "format": "date"}, "2026-11-20"),
    Decimal: ({"type": "string", "pattern": r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"}, "24.99"),
    str: ({"type": "string"}, "text"),
    bool: ({"type": "boolean"}, True),
    int: ({"type": "integer"}, 1),
    float: ({"type": "number"}, 0.5),
    list: ({"type": "array"}, []),
    dict: ({"type": "object"}, {}),
    Any: ({}, None),
}


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's `data`.

    A field with a default may have come later, so an older event may lack it; and readers allow for fields to come.
    """
    hints = get_type_hints(event, include_extras=True)
    properties = {field.name: _schema(hints[field.name]) for field in fields(event)}
    required = [each.name for each in fields(event) if each.default is MISSING and each.default_factory is MISSING]
    return {"type": "object", "properties": properties, "required": required}


def example_of(event: type[Event]) -> dict[str, Any]:
    """Data that fits `schema_of(event)`: a value for each type, and those that the class names itself."""
    hints = get_type_hints(event)
    given: Mapping[str, Any] = event.example
    return {field.name: given.get(field.name, _example(hints[field.name])) for field in fields(event)}


def _schema(annotation: Any) -> dict[str, Any]:
    origin, members = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        texts = [each for each in members[1:] if isinstance(each, str)]
        return {**_schema(members[0]), **({"description": " ".join(texts)} if texts else {})}
    if origin in (Union, types.UnionType):
        return _nullable(_schema(next(member for member in members if member is not types.NoneType)))
    if origin is tuple:
        if len(members) == 2 and members[1] is Ellipsis:
            return {"type": "array", "items": _schema(members[0])}
        items = [_schema(member) for member in members]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    return dict(_SIMPLE[origin or annotation][0])


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema


def _example(annotation: Any) -> Any:
    origin, members = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _example(next(member for member in members if member is not types.NoneType))
    if origin is tuple:
        kept = members[:1] if len(members) == 2 and members[1] is Ellipsis else members
        return [_example(member) for member in kept]
    return _SIMPLE[origin or annotation][1]
