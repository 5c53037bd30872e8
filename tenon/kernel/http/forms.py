"""The form of what a list is asked for: everything that makes one statement differ from another, but the values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenon.kernel.http.filters import Condition
from tenon.kernel.http.keyset import Order
from tenon.kernel.http.pagination import DEFAULT_LIMIT, MAX_LIMIT, Asked

# How many rows statements read; a page leaves what it has no room for.
_READ = (DEFAULT_LIMIT + 1, 51, MAX_LIMIT + 1)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is part of the form: an index is chosen by a truth value, and some values are not compared."""

    value: Any


Kind = type | tuple[type, ...] | Fixed
"""Of an argument: the type of its value, the types of its list of values, or the value itself."""


@dataclass(frozen=True, slots=True)
class Form:
    """A statement's form. `kinds` names each argument: those given, `c0` … of conditions, `k0` … of the cursor."""

    kinds: tuple[tuple[str, Kind], ...]
    given: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    order: tuple[Order, ...]
    beyond: int
    inclusive: bool
    read: int
    skip: int
    counted: bool
    is_common: bool
    """Whether it will be asked for again; numbered pages and values that are not compared are too many to keep."""

    def slots(self, *, beyond: bool = True) -> dict[str, type]:
        """The names and types of the single values; without those of the cursor unless `beyond`."""
        kinds = self.kinds if beyond else self.kinds[: len(self.kinds) - self.beyond]
        return dict(_spread((name, kind) for name, kind in kinds if not isinstance(kind, Fixed)))

    def argument(self, name: str, values: Mapping[str, Any]) -> Any:
        """The argument `name` put together from the single values."""
        kind = dict(self.kinds)[name]
        if isinstance(kind, Fixed):
            return kind.value
        if isinstance(kind, tuple):
            return [values[f"{name}_{at}"] for at in range(len(kind))]
        return values[name]


def read(
    asked: Asked, given: Mapping[str, Any], *, is_compared: Callable[[Condition], bool]
) -> tuple[Form, dict[str, Any]]:
    """The form of what is asked for, and its single values by their names."""
    cursor = asked.cursor
    backwards = cursor is not None and cursor.backwards
    arguments = dict(given)
    fixed = set()
    for at, condition in enumerate(asked.conditions):
        value = condition.value
        arguments[f"c{at}"] = _padded(value) if isinstance(value, list) else value
        if not isinstance(value, bool) and not is_compared(condition):
            fixed.add(f"c{at}")
    arguments.update((f"k{at}", value) for at, value in enumerate(cursor.values if cursor else ()))
    form = Form(
        kinds=tuple((name, Fixed(value) if name in fixed else _kind(value)) for name, value in arguments.items()),
        given=tuple(given),
        conditions=tuple((each.parameter, each.lookup) for each in asked.conditions),
        order=tuple(part.reversed() for part in asked.order) if backwards else asked.order,
        beyond=len(cursor.values) if cursor else 0,
        inclusive=cursor is not None and cursor.inclusive,
        read=next(each for each in _READ if each > asked.limit),
        skip=asked.skip,
        counted=asked.wants_total,
        is_common=not fixed and not asked.skip,
    )
    singles = ((name, value) for name, value in arguments.items() if name not in fixed and not isinstance(value, bool))
    return form, dict(_spread(singles))


def _kind(value: Any) -> Kind:
    if isinstance(value, bool):
        return Fixed(value)
    return tuple(map(type, value)) if isinstance(value, (list, tuple)) else type(value)


def _spread(named: Any) -> Iterator[tuple[str, Any]]:
    for name, each in named:
        if isinstance(each, (list, tuple)):
            yield from ((f"{name}_{at}", single) for at, single in enumerate(each))
        else:
            yield name, each


def _padded(values: list[Any]) -> list[Any]:
    """The list with its last value repeated, to a length of which there are few: 1, 2, 4, …"""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))
