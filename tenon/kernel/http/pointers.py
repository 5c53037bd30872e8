"""From nested serializer errors to a flat list of faults with JSON pointers (RFC 6901)."""

from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework.settings import api_settings

from tenon.kernel.errors import FieldError


def pointer(*steps: str | int) -> str:
    """The RFC 6901 pointer of these steps: `pointer("items", 0, "a/b")` is `/items/0/a~1b`, no steps are ""."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def field_errors(detail: Any) -> list[FieldError]:
    """The faults in `detail`, as `ValidationError.detail` nests them. `non_field_errors` belong to their parent."""
    return list(_walk(detail, ()))


def _walk(detail: Any, steps: tuple[str | int, ...]) -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _walk(inner, steps if own else (*steps, name))
    elif isinstance(detail, (list, tuple)):
        yield from _walk_list(detail, steps)
    else:
        yield FieldError(pointer(*steps), str(getattr(detail, "code", None) or "invalid"), str(detail))


def _walk_list(detail: Iterable[Any], steps: tuple[str | int, ...]) -> Iterator[FieldError]:
    for position, inner in enumerate(detail):
        # A list of messages is about one value; a list of mappings is about the items of that value.
        nested = isinstance(inner, (dict, list, tuple))
        yield from _walk(inner, (*steps, position) if nested else steps)
