"""System checks: a route that does not say for whom it is stops the process before it serves."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

_NO_ENDPOINT = object()


def endpoints(
    patterns: Sequence[URLPattern | URLResolver] | None = None, prefix: str = "/"
) -> Iterator[tuple[str, Any]]:
    """Every route of the URLconf as (path, view class), None for the class where the view is a function."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns, path)
        else:
            callback: Any = pattern.callback
            yield path, getattr(callback, "cls", None) or getattr(callback, "view_class", None)


def check_audiences(**_options: Any) -> list[CheckMessage]:
    """http.E001: an Endpoint without an audience answers nobody, which nobody can have wanted."""
    return [
        Error(
            f"{view.__module__}.{view.__qualname__} at {path} states no audience.",
            hint="Set `audience` to one of tenon.kernel.http.audience.Audience.",
            id="http.E001",
        )
        for path, view in endpoints()
        if getattr(view, "audience", _NO_ENDPOINT) is None
    ]
