"""Numbers of the whole deployment over time, for its operators: what there is, and how much was added when.

The kernel knows no nouns: each app registers what it counts, when the apps are ready. What is registered may look at
every organization and gives away sums only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, DateTimeField, QuerySet
from django.db.models.functions import Trunc
from django.utils.functional import Promise

from tenon.kernel import modules
from tenon.kernel.ids import lowest_at

MOST_POINTS = 1000


class Step(StrEnum):
    """How wide a point of a series is. Weeks begin on Monday; everything by UTC."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to, and without, `until`, in points of `step`."""

    since: datetime
    until: datetime
    step: Step

    def starts(self) -> list[datetime]:
        """Where each point begins; the first may begin before `since`."""
        found: list[datetime] = []
        start = _floor(self.since, self.step)
        while start < self.until and len(found) <= MOST_POINTS:
            found.append(start)
            start = _following(start, self.step)
        return found


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number. `total` says what there is now; `added`, how much came in each point of a period, by its start.

    What is not kept for good has no `added`.
    """

    name: str
    label: str | Promise
    total: Callable[[datetime], int]
    added: Callable[[Period], Mapping[datetime, int]] | None = None


_registered: dict[str, Statistic] = {}


def register(*statistics: Statistic) -> None:
    """Count these from now on, if they belong to what is switched on. Raises ValueError for a name that is taken."""
    if not modules.is_on(modules.declaring()):
        return
    for each in statistics:
        if each.name in _registered:
            raise ValueError(f"{each.name} is counted already.")
        _registered[each.name] = each


def registered() -> dict[str, Statistic]:
    """Every statistic by its name."""
    return dict(sorted(_registered.items()))


def counted(rows: QuerySet[Any, Any], column: str, period: Period) -> dict[datetime, int]:
    """How many of `rows` have `column` in each point of `period`. One query, for an index that begins with `column`."""
    return _by_point(rows.filter(**{f"{column}__gte": period.since, f"{column}__lt": period.until}), column, period)


def counted_by_key(rows: QuerySet[Any, Any], column: str, period: Period) -> dict[datetime, int]:
    """The same for rows whose key was made when `column` was: the key's own index serves it."""
    within = rows.filter(pk__gte=lowest_at(period.since), pk__lt=lowest_at(period.until))
    return _by_point(within, column, period)


def _by_point(within: QuerySet[Any, Any], column: str, period: Period) -> dict[datetime, int]:
    point = Trunc(column, period.step.value, output_field=DateTimeField(), tzinfo=UTC)
    grouped = within.annotate(point=point).order_by().values("point").annotate(number=Count("pk"))
    return {row["point"]: row["number"] for row in grouped}


def _floor(instant: datetime, step: Step) -> datetime:
    start = instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if step is Step.HOUR:
        return start
    start = start.replace(hour=0)
    if step is Step.WEEK:
        return start - timedelta(days=start.weekday())
    return start.replace(day=1) if step is Step.MONTH else start


def _following(start: datetime, step: Step) -> datetime:
    if step is Step.MONTH:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start + {Step.HOUR: timedelta(hours=1), Step.DAY: timedelta(days=1), Step.WEEK: timedelta(weeks=1)}[step]
