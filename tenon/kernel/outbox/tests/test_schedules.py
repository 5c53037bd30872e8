"""A job that comes back is enqueued when its time has come, and missed rounds are not made up for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import QuerySet

from tenon.kernel import clock
from tenon.kernel.outbox import registry, relay, schedules
from tenon.kernel.outbox.models import Entry, Schedule
from tenon.kernel.outbox.plans import InvalidPlan, Plan

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NAME = "samples.hourly"


@pytest.fixture
def now() -> datetime:
    registry.job(NAME)(lambda: None)
    registry.schedule(NAME, every=HOUR)
    return clock.now()


def row() -> QuerySet[Schedule]:
    return Schedule.objects.filter(name=NAME)


def fires(now: datetime) -> bool:
    """Whether the job is enqueued now; it is done at once."""
    fired = schedules.enqueue_due(now=now) == [NAME]
    relay.drain()
    return fired


def test_the_first_look_enqueues(now: datetime) -> None:
    assert schedules.enqueue_due(now=now) == [NAME]
    assert schedules.enqueue_due(now=now) == []
    assert relay.drain() == 1


def test_it_comes_back_after_its_interval(now: datetime) -> None:
    assert fires(now)
    assert not fires(now + HOUR - timedelta(seconds=1))
    assert fires(now + HOUR)
    assert row().get().last_enqueued_at == now + HOUR


def test_missed_rounds_are_one(now: datetime) -> None:
    fires(now)
    assert fires(now + 50 * HOUR)
    assert not fires(now + 50 * HOUR)
    assert fires(now + 51 * HOUR)
    assert Entry.objects.filter(name=NAME).count() == 3


def test_a_round_that_is_not_done_is_not_joined_by_another(now: datetime) -> None:
    assert schedules.enqueue_due(now=now) == [NAME]
    assert schedules.waits(NAME)
    assert schedules.enqueue_due(now=now + HOUR) == []
    relay.drain()
    assert not fires(now + HOUR), "the round was left out, not put off"
    assert fires(now + 2 * HOUR)


def test_a_shorter_interval_acts_at_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    fires(now)
    monkeypatch.setitem(registry._schedules, NAME, Plan.of(every=timedelta(minutes=1)))
    assert not fires(now + timedelta(seconds=30))
    assert fires(now + timedelta(minutes=2))


def test_what_staff_set_stands_in_place_of_the_code(now: datetime) -> None:
    fires(now)
    row().update(every_seconds=60)
    assert fires(now + timedelta(minutes=1))
    row().update(every_seconds=None, cron="0 4 * * *", timezone="Asia/Tokyo")
    assert not fires(now + timedelta(minutes=2))
    due = row().get().next_run_at
    assert due is not None
    assert (due.hour, due.minute) == (19, 0)
    assert fires(due)
    row().update(cron="", timezone="")
    assert not fires(due + timedelta(minutes=59))
    assert fires(due + HOUR)


def test_what_is_switched_off_rests(now: datetime) -> None:
    fires(now)
    row().update(enabled=False)
    assert not fires(now + 9 * HOUR)
    row().update(enabled=True)
    assert fires(now + 9 * HOUR)


def test_a_time_zone_that_is_gone_leaves_the_plan_of_the_code(now: datetime) -> None:
    fires(now)
    row().update(cron="0 4 * * *", timezone="Atlantis/Capital")
    assert fires(now + HOUR)


def test_a_row_of_the_version_before_goes_on(now: datetime) -> None:
    Schedule.objects.create(name=NAME, last_enqueued_at=now)
    assert not fires(now + HOUR - timedelta(seconds=1))
    assert fires(now + HOUR)


def test_one_by_cron_waits_for_its_first_time() -> None:
    registry.job(NAME)(lambda: None)
    registry.schedule(NAME, cron="30 2 * * *", timezone="Europe/Berlin")
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert not fires(noon)
    due = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert row().get().next_run_at == due
    assert not fires(due - timedelta(seconds=1))
    assert fires(due)
    assert row().get().next_run_at == due + timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        # Half past two does not come on the day that the clocks go forward, and comes twice on the day they go back.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_clocks_that_change(moment: datetime, following: datetime) -> None:
    assert Plan.of(cron="30 2 * * *", timezone="Europe/Berlin").after(moment) == following


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"every": HOUR, "cron": "* * * * *"},
        {"every": timedelta(0)},
        {"cron": "every day"},
        {"cron": "0 0 30 2 *"},
        {"cron": "* * * * *", "timezone": "Atlantis/Capital"},
        {"cron": "* * * * *", "timezone": "../etc/passwd"},
    ],
)
def test_what_is_no_plan(plan: dict[str, object]) -> None:
    with pytest.raises(InvalidPlan):
        registry.schedule(NAME, **plan)  # type: ignore[arg-type]
