"""Who is behind the work that this thread does, for whoever writes down what was done: an audit row, a log line.

A request binds its address before anybody is known; the endpoint, or the portal, says who it is once that is found
out. Outside of a request it is the system itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from tenon.kernel.principal import SYSTEM, Principal


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal, and the network address that it calls from; "" where there is none."""

    principal: Principal = SYSTEM
    ip: str = ""


_NOBODY = Caller()
_current: ContextVar[Caller] = ContextVar("tenon_caller", default=_NOBODY)


def current() -> Caller:
    """Who is behind this work."""
    return _current.get()


def identify(principal: Principal) -> None:
    """The caller of this request has turned out to be `principal`."""
    _current.set(replace(_current.get(), principal=principal))


@contextmanager
def bound(caller: Caller) -> Iterator[None]:
    """Within it, the work is done for `caller`, or for whom it turns out to be."""
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)
