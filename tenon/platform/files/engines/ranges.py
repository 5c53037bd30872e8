"""Which bytes a request asks for (RFC 9110 section 14): one range; several at once are answered with the whole."""

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NotSatisfiable(Exception):
    """The range lies outside of the file."""


def wanted(header: str, size: int) -> tuple[int, int] | None:
    """First byte and length; None for the whole. Raises NotSatisfiable."""
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise NotSatisfiable
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise NotSatisfiable
    return start, end - start + 1
