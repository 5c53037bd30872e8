"""What a view declares for all of its methods alike, or by method."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")
ByMethod = tuple[T, ...] | Mapping[str, tuple[T, ...]]


def of_method(declared: ByMethod[T], method: str) -> tuple[T, ...]:
    """What is declared for `method`: `("a",)` for every one, `{"POST": ("a",)}` for that one."""
    return declared.get(answering(method), ()) if isinstance(declared, Mapping) else declared


def answering(method: str) -> str:
    """The method that answers `method`, and whose declarations hold for it.

    A HEAD is answered by `get`: its status, its ETag and the length of its body tell what a GET would.
    """
    return "GET" if method == "HEAD" else method
