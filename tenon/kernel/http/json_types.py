"""JSON types as the OpenAPI description promises them: a number is no text, and "yes" is no truth.

REST framework's fields convert, which suits forms. In JSON a wrong type is a mistake of the caller's, and it is better
told than guessed at.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict
from rest_framework.fields import BooleanField, CharField, Field, IntegerField, ListField
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer

from tenon.kernel.errors import FieldError
from tenon.kernel.http.pointers import pointer

_TYPES: tuple[tuple[type[Field[Any, Any, Any, Any]], type], ...] = (
    (CharField, str),
    (BooleanField, bool),
    (IntegerField, int),
)


def wrong_types(serializer: BaseSerializer[Any], data: Any) -> list[FieldError]:
    """A fault for every value in `data` that `serializer` would convert. Forms, which know text only, have none."""
    return [] if isinstance(data, MultiValueDict) else list(_walk(serializer, data, ()))


def _walk(field: Any, value: Any, steps: tuple[str | int, ...]) -> Iterator[FieldError]:
    if isinstance(field, Serializer) and isinstance(value, Mapping):
        for name, inner in value.items():
            if (known := field.fields.get(name)) is not None and not known.read_only:
                yield from _walk(known, inner, (*steps, name))
    elif isinstance(field, (ListSerializer, ListField)) and isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(field.child, inner, (*steps, position))
    else:
        for kind, wanted in _TYPES:
            # `type` and not isinstance: True is an int to Python.
            if isinstance(field, kind) and value is not None and type(value) is not wanted:
                yield FieldError(pointer(*steps), "invalid", field.error_messages["invalid"])
