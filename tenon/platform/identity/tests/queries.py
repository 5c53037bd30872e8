"""Queries by their shape, to compare what two calls asked of the database."""

import re
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

_VALUES = re.compile(r"'(?:[^']|'')*'|\bs\d+_x\d+\b|\b\d[\d.]*\b")


def shapes_of(call: Callable[..., object], /, **arguments: object) -> list[str]:
    """The statements that `call(**arguments)` runs, in order, without the values in them."""
    with CaptureQueriesContext(connection) as asked:
        call(**arguments)
    return [_VALUES.sub("?", query["sql"]) for query in asked.captured_queries]
