"""Which routes a description is of: those for staff stand in one of their own."""

from collections.abc import Callable
from typing import Any

from tenon.kernel.http.audience import Audience

Route = tuple[str, str, str, Callable[..., Any]]
"""As drf-spectacular hands them to its preprocessing hooks: path, pattern, method, callback."""


def without_staff(endpoints: list[Route]) -> list[Route]:
    """The routes of everybody but staff."""
    return [route for route in endpoints if not _is_for_staff(route)]


def only_staff(endpoints: list[Route]) -> list[Route]:
    """The routes of staff."""
    return [route for route in endpoints if _is_for_staff(route)]


def _is_for_staff(route: Route) -> bool:
    return getattr(getattr(route[3], "cls", None), "audience", None) is Audience.STAFF
