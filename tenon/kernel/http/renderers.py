"""JSON answers: UTF-8, RFC 3339 timestamps in UTC with milliseconds, decimals and ids as strings."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

from tenon.kernel.clock import rfc3339

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


def dumps(value: object) -> bytes:
    """`value` as UTF-8 JSON. Raises TypeError for what has no form here, a naive datetime included."""
    return orjson.dumps(value, default=_form, option=_OPTIONS)


class OrjsonRenderer(BaseRenderer):
    """The representation of every answer."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


def _form(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("A datetime without a time zone has no form in an answer.")
        return rfc3339(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in an answer.")
