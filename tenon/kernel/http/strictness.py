"""What a request says that nobody asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer

from tenon.kernel.errors import FieldError
from tenon.kernel.http.pointers import pointer


def unknown_fields(serializer: BaseSerializer[Any], data: Any) -> list[FieldError]:
    """A fault for every key in `data`, nested ones included, that `serializer` does not read."""
    return list(_walk(serializer, data, ()))


def parameter_faults(faults: Sequence[FieldError]) -> list[FieldError]:
    """Faults of a query string: each names its parameter where a fault of a body has a pointer."""
    return [replace(fault, pointer="", parameter=_first_step(fault.pointer)) for fault in faults]


def _first_step(text: str) -> str:
    return text.split("/")[1].replace("~1", "/").replace("~0", "~") if text else ""


def _walk(serializer: Any, data: Any, steps: tuple[str | int, ...]) -> Iterator[FieldError]:
    if isinstance(serializer, ListSerializer) and isinstance(data, list):
        for position, item in enumerate(data):
            yield from _walk(serializer.child, item, (*steps, position))
    elif isinstance(serializer, Serializer) and isinstance(data, Mapping):
        for name, value in data.items():
            field = serializer.fields.get(name)
            if field is None or field.read_only:
                yield FieldError(pointer(*steps, name), "unknown_field", _("This field is not known."))
            else:
                yield from _walk(field, value, (*steps, name))
