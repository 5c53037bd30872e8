"""Answers that have no body, and so no type of one."""

from django.http import HttpResponse


def without_body(status: int, **headers: str) -> HttpResponse:
    """204 or 304 with `headers`, in any view, whatever its renderer."""
    response = HttpResponse(status=status, headers=headers)
    del response["Content-Type"]
    return response
