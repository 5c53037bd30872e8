"""A job that comes back is enqueued when its time has come, and missed rounds are not made up for."""

from datetime import datetime, timedelta

import pytest

from tenon.kernel import clock
from tenon.kernel.outbox import registry, relay, schedules
from tenon.kernel.outbox.models import Entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    ran: list[bool] = []
    registry.job("samples.hourly")(lambda: ran.append(True))
    registry.schedule("samples.hourly", every=HOUR)
    return clock.now()


def test_the_first_look_enqueues(now: datetime) -> None:
    assert schedules.enqueue_due(now=now) == ["samples.hourly"]
    assert schedules.enqueue_due(now=now) == []
    assert relay.drain() == 1


def test_it_comes_back_after_its_interval(now: datetime) -> None:
    schedules.enqueue_due(now=now)
    assert schedules.enqueue_due(now=now + HOUR - timedelta(seconds=1)) == []
    assert schedules.enqueue_due(now=now + HOUR) == ["samples.hourly"]


def test_missed_rounds_are_one(now: datetime) -> None:
    schedules.enqueue_due(now=now)
    schedules.enqueue_due(now=now + 50 * HOUR)
    assert schedules.enqueue_due(now=now + 50 * HOUR) == []
    assert Entry.objects.filter(name="samples.hourly").count() == 2


def test_a_shorter_interval_acts_at_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    schedules.enqueue_due(now=now)
    monkeypatch.setitem(registry._schedules, "samples.hourly", timedelta(minutes=1))
    assert schedules.enqueue_due(now=now + timedelta(minutes=2)) == ["samples.hourly"]
