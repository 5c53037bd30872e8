"""The days of a time zone in the database, on every engine alike.

The engine is asked for no time zone: MariaDB has none unless somebody loaded them, and others may have older rules than
we have. Between two changes of its clocks a zone is so many hours from UTC, and that is all the database is told.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Case, DateField, DateTimeField, ExpressionWrapper, F, When
from django.db.models.functions import TruncDate

_DAY = timedelta(days=1)


def span(since: date, until: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From the first moment of `since` up to, and without, the first one after `until`."""
    return _beginning(since, zone), _beginning(until + _DAY, zone)


def local_day(column: str, within: tuple[datetime, datetime], zone: tzinfo) -> Any:
    """The day of `column` in `zone`, an expression that is right for moments of the span `within`."""
    first, *others = _offsets(within, zone)
    day = _shifted(column, first[1])
    if not others:
        return day
    cases, offset = [], first[1]
    for change, following in others:
        cases.append(When(**{f"{column}__lt": change}, then=_shifted(column, offset)))
        offset = following
    return Case(*cases, default=_shifted(column, offset), output_field=DateField())


def _beginning(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _shifted(column: str, offset: timedelta) -> Any:
    return TruncDate(ExpressionWrapper(F(column) + offset, output_field=DateTimeField()), tzinfo=UTC)


def _offsets(within: tuple[datetime, datetime], zone: tzinfo) -> list[tuple[datetime, timedelta]]:
    """From when on the zone is how far from UTC; no zone changes its clocks twice in a day."""
    at, end = within
    found = [(at, _offset(at, zone))]
    while at < end:
        following = min(at + _DAY, end)
        if (offset := _offset(following, zone)) != found[-1][1]:
            found.append((_change(at, following, zone), offset))
        at = following
    return found


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second in which the clocks are changed, which lies after `before` and not after `after`."""
    earlier, later = int(before.timestamp()), int(after.timestamp())
    offset = _offset(before, zone)
    while later - earlier > 1:
        middle = (earlier + later) // 2
        if _offset(datetime.fromtimestamp(middle, UTC), zone) == offset:
            earlier = middle
        else:
            later = middle
    return datetime.fromtimestamp(later, UTC)


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
