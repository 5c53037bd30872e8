"""Counters whose window is over go; the others stay."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tenon.kernel.limits import purging, tasks
from tenon.kernel.limits.counting import hit
from tenon.kernel.limits.models import Counter
from tenon.kernel.outbox import registry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_only")]
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def test_what_is_over_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_BATCH", 2)
    with time_machine.travel(NOON, tick=False):
        for number in range(5):
            hit("guess", f"early-{number}")
    with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
        late = hit("guess", "late")
    assert purging.purge(now=NOON + timedelta(seconds=59)) == 0
    assert purging.purge(now=NOON + timedelta(seconds=60)) == 5
    assert str(Counter.objects.get()).startswith("guess:")
    assert late.allowed


def test_the_relay_does_it_every_ten_minutes() -> None:
    with time_machine.travel(NOON, tick=False):
        hit("guess", "a")
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        tasks.purge_counters()
    assert not Counter.objects.exists()
    assert registry.schedules()["limits.purge"].every == timedelta(minutes=10)
    assert registry.job_named("limits.purge")
