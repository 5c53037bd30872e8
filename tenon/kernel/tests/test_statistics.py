"""Points of a period, and numbers that are registered once."""

from datetime import UTC, datetime, timedelta

import pytest

from tenon.kernel import clock, statistics
from tenon.kernel.ids import lowest_at, new_id
from tenon.kernel.statistics import MOST_POINTS, Period, Statistic, Step


def instant(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("step", "first", "count"),
    [
        (Step.HOUR, instant(2026, 1, 30, 10), 34),
        (Step.DAY, instant(2026, 1, 30), 2),
        (Step.WEEK, instant(2026, 1, 26), 1),
        (Step.MONTH, instant(2026, 1, 1), 1),
    ],
)
def test_points_begin_where_their_step_does(step, first, count):
    starts = Period(instant(2026, 1, 30, 10, 20), instant(2026, 1, 31, 19, 1), step).starts()
    assert (starts[0], len(starts)) == (first, count)


def test_months_of_every_length():
    starts = Period(instant(2026, 1, 31), instant(2026, 4, 1), Step.MONTH).starts()
    assert starts == [instant(2026, 1, 1), instant(2026, 2, 1), instant(2026, 3, 1)]


def test_a_period_has_no_more_points_than_anybody_asks_for():
    assert len(Period(instant(1970, 1, 1), instant(2026, 1, 1), Step.HOUR).starts()) == MOST_POINTS + 1
    assert Period(instant(2026, 1, 2), instant(2026, 1, 1), Step.DAY).starts() == []


def test_the_lowest_id_of_an_instant_parts_what_was_made_before_from_what_came_after():
    before = new_id()
    middle = clock.now() + timedelta(milliseconds=2)
    assert before < lowest_at(middle)
    assert lowest_at(middle) < lowest_at(middle + timedelta(milliseconds=1)) < lowest_at(middle + timedelta(days=400))
    assert lowest_at(middle).version == before.version == 7


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="users"):
        statistics.register(Statistic("users", "Users", lambda now: 0))
    assert list(statistics.registered()) == sorted(statistics.registered())
