"""Forms as Stripe's libraries write them: `metadata[order_id]=…`, `expand[0]=…`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def read(form: str) -> dict[str, Any]:
    """The nested values of a form; lists come out as mappings from their numbers."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        place = found
        first, *parts = [name.partition("[")[0], *_PART.findall(name)]
        *way, last = [first, *parts]
        for part in way:
            place = place.setdefault(part, {})
        place[last] = value
    return found
