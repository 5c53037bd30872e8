"""Reading on from a row by its sort values, in the form that every supported database answers from an index.

`(a, b)` after `(x, y)` is written `a >= x AND NOT (a = x AND b <= y)`. Row comparison is as fast on PostgreSQL, but
MariaDB scans for it, and all scan for `a > x OR (a = x AND b > y)`. The same form, with the comparison turned round
column by column, serves mixed directions, which row comparison cannot say. Sort columns are NOT NULL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from tenon.kernel.http.cursors import Cursor


@dataclass(frozen=True, slots=True)
class Order:
    """One column of an order."""

    column: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.column}" if self.descending else self.column

    def reversed(self) -> "Order":
        return Order(self.column, not self.descending)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the list's order, and the places to read on from in either direction."""

    rows: list[Any]
    next: Cursor | None
    prev: Cursor | None


def fetch(
    queryset: QuerySet[Any, Any], order: Sequence[Order], cursor: Cursor | None, *, limit: int, skip: int = 0
) -> Page:
    """Up to `limit` rows of `queryset` from `cursor` on, or from the beginning, one query."""
    backwards = cursor is not None and cursor.backwards
    way = [part.reversed() for part in order] if backwards else list(order)
    if cursor is not None:
        queryset = queryset.filter(beyond(way, cursor.values, inclusive=cursor.inclusive))
    rows = list(queryset.order_by(*map(str, way))[skip : skip + limit + 1])
    return page_of(rows, lambda row: _values(row, order), cursor, limit=limit, skipped=skip > 0)


def page_of(
    rows: list[Any],
    place: Callable[[Any], tuple[Any, ...]],
    cursor: Cursor | None,
    *,
    limit: int,
    skipped: bool = False,
) -> Page:
    """The page of `rows`, `limit` + 1 or more if there are, that were read in the direction of `cursor`.

    `place` gives the values of a row by which the list is sorted.
    """
    more = len(rows) > limit
    rows = rows[:limit]
    if cursor is not None and cursor.backwards:
        rows.reverse()
    return _page(rows, place, cursor, more=more, skipped=skipped)


def beyond(order: Sequence[Order], values: Sequence[Any], *, inclusive: bool = False) -> Q:
    """The rows after `values` in `order`; with `inclusive`, the row of those values too."""
    first, value = order[0], values[0]
    after, at_or_after = ("lt", "lte") if first.descending else ("gt", "gte")
    if len(order) == 1:
        return Q(**{f"{first.column}__{at_or_after if inclusive else after}": value})
    # Not beyond in the rest: at or before it when the row itself is wanted out, strictly before it otherwise.
    rest = beyond([part.reversed() for part in order[1:]], values[1:], inclusive=not inclusive)
    return Q(**{f"{first.column}__{at_or_after}": value}) & ~(Q(**{first.column: value}) & rest)


def _page(
    rows: list[Any],
    place: Callable[[Any], tuple[Any, ...]],
    cursor: Cursor | None,
    *,
    more: bool,
    skipped: bool,
) -> Page:
    if not rows:
        if cursor is None:
            return Page([], None, None)
        # Nothing is left on this side: the way back begins with the row that the cursor named, if it is still there.
        back = Cursor(cursor.values, backwards=not cursor.backwards, inclusive=True)
        return Page([], back if cursor.backwards else None, None if cursor.backwards else back)
    backwards = cursor is not None and cursor.backwards
    has_next = more or backwards
    has_prev = (more if backwards else cursor is not None) or skipped
    return Page(
        rows,
        Cursor(place(rows[-1])) if has_next else None,
        Cursor(place(rows[0]), backwards=True) if has_prev else None,
    )


def _values(row: Any, order: Sequence[Order]) -> tuple[Any, ...]:
    return tuple(_value(row, part.column) for part in order)


def _value(row: Any, column: str) -> Any:
    if isinstance(row, Mapping):
        return row[column]
    for step in column.split("__"):
        row = getattr(row, step)
    return row
