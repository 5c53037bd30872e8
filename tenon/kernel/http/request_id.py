"""The identity of the request being answered, for log lines, audit rows, problems and outgoing calls."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tenon.kernel.ids import new_id

HEADER = "X-Request-ID"
_SAFE = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}")
# W3C Trace Context, version 00: trace id, parent id, flags; all-zero ids are invalid.
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

_current: ContextVar[str] = ContextVar("tenon_request_id", default="")
_traceparent: ContextVar[str] = ContextVar("tenon_traceparent", default="")


def current() -> str:
    """The id of the request being answered, or "" outside one."""
    return _current.get()


def traceparent() -> str:
    """The caller's W3C `traceparent` when it sent a good one, else ""."""
    return _traceparent.get()


def outgoing_headers() -> dict[str, str]:
    """What a call that we make on behalf of this request carries along."""
    headers = {HEADER: current(), "traceparent": traceparent()}
    return {name: value for name, value in headers.items() if value}


def accept(value: str) -> str:
    """`value` when it is at most 128 harmless characters, else a new id: log lines cannot be forged with it."""
    return value if _SAFE.fullmatch(value) else str(new_id())


def accept_traceparent(value: str) -> str:
    """`value` when it is a version 00 `traceparent` (W3C Trace Context), else ""."""
    return value if _TRACEPARENT.fullmatch(value) else ""


@contextmanager
def bound(request_id: str, trace: str = "") -> Iterator[None]:
    """Within it, `current()` and `traceparent()` answer for this request, or for the job that it left behind."""
    tokens = _current.set(request_id), _traceparent.set(trace)
    try:
        yield
    finally:
        _current.reset(tokens[0])
        _traceparent.reset(tokens[1])
