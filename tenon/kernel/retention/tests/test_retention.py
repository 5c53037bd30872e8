"""Every purge reports; doctor, metrics and portal tell of one that fails or does not run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from prometheus_client.core import Metric
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.outbox import registry, relay, schedules
from tenon.kernel.outbox.models import Entry, Schedule
from tenon.kernel.retention import declaring, deleting, reporting, tasks
from tenon.kernel.retention.measuring import PurgeCollector
from tenon.kernel.retention.models import Purge, Report
from tenon.kernel.retention.standing import standings

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAME = "samples.purge"


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the one purge there is returns, or raises, at its next runs."""
    for name in ("_consumers", "_jobs", "_schedules"):
        monkeypatch.setattr(registry, name, {})
    monkeypatch.setattr(declaring, "_purges", [])
    left: list[object] = []

    @declaring.purge(NAME, every=HOUR)
    def purge() -> int:
        """Delete what is old."""
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        assert isinstance(result, int)
        return result

    return left


def turn(now: datetime) -> None:
    """What a relay does at that moment."""
    with time_machine.travel(now, tick=False), capture_logs():
        schedules.enqueue_due(now=now)
        relay.run_once(now=now)


def samples(metrics: list[Metric], name: str) -> dict[str, float]:
    return {sample.labels["name"]: sample.value for each in metrics if each.name == name for sample in each.samples}


def test_a_run_is_reported(results: list[object]) -> None:
    results += [7]
    turn(NOON)
    report = Report.objects.get()
    assert (report.name, report.started_at, report.purged, report.error) == (NAME, NOON, 7, "")
    assert report.seconds >= 0
    assert str(report) == "samples.purge 2026-11-20 12:00:00"
    purge = Purge.objects.get()
    assert (purge.name, purge.succeeded_at, purge.is_failing) == (NAME, NOON, False)
    assert registry.schedules()[NAME].every == HOUR
    assert registry.job_named(NAME).run.__doc__ == "Delete what is old."


def test_a_failure_is_reported_and_tried_again(results: list[object]) -> None:
    results += [ValueError("no such column"), 3]
    turn(NOON)
    report = Report.objects.get()
    assert report.purged is None
    assert report.error.startswith("ValueError: no such column at tenon/kernel/retention/")
    [standing] = standings(now=NOON)
    assert (standing.error, standing.succeeded_at) == (report.error, None)
    assert Entry.objects.get().available_at is not None
    turn(NOON + HOUR)
    assert [(each.purged, bool(each.error)) for each in Report.objects.order_by("started_at")] == [
        (None, True),
        (3, False),
    ]
    [standing] = standings(now=NOON + HOUR)
    assert (standing.error, standing.succeeded_at) == ("", NOON + HOUR)


def test_a_failure_that_cannot_be_reported_is_raised_all_the_same(
    results: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(report: Report) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(reporting, "_note", refuse)
    results += [ValueError("why")]
    with pytest.raises(ValueError, match="why"), capture_logs() as logs:
        registry.job_named(NAME).run()
    assert [each["event"] for each in logs] == ["purge_unreported"]


def test_it_is_late_after_three_rounds(results: list[object]) -> None:
    assert [each.is_late for each in standings(now=NOON)] == [False], "nobody has tried yet"
    results += [0]
    turn(NOON)
    assert [each.is_late for each in standings(now=NOON + 3 * HOUR)] == [False]
    assert [each.is_late for each in standings(now=NOON + 3 * HOUR + timedelta(seconds=1))] == [True]
    Schedule.objects.update(every_seconds=6 * 3600)
    assert [each.is_late for each in standings(now=NOON + 4 * HOUR)] == [False], "staff have planned it otherwise"
    Schedule.objects.update(every_seconds=None, enabled=False)
    assert [each.is_late for each in standings(now=NOON + 90 * HOUR)] == [False], "staff have switched it off"


def test_one_that_was_enqueued_and_never_ran_is_late(results: list[object]) -> None:
    schedules.enqueue_due(now=NOON)
    assert [each.is_late for each in standings(now=NOON + 2 * HOUR)] == [False]
    assert [each.is_late for each in standings(now=NOON + 4 * HOUR)] == [True]


def test_how_they_stand_costs_two_queries(
    results: list[object], django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        standings(now=NOON)


def test_metrics(results: list[object]) -> None:
    def measured(now: datetime) -> list[Metric]:
        with time_machine.travel(now, tick=False):
            return list(PurgeCollector().collect())

    assert samples(measured(NOON), "tenon_purge_success_age_seconds") == {}
    results += [1, ValueError("no")]
    turn(NOON)
    now = measured(NOON + timedelta(seconds=90))
    assert samples(now, "tenon_purge_success_age_seconds") == {NAME: 90.0}
    assert samples(now, "tenon_purge_failing") == {NAME: 0.0}
    turn(NOON + HOUR)
    now = measured(NOON + HOUR)
    assert samples(now, "tenon_purge_success_age_seconds") == {NAME: 3600.0}
    assert samples(now, "tenon_purge_failing") == {NAME: 1.0}


def test_a_failure_without_a_success(results: list[object]) -> None:
    results += [ValueError("no")]
    turn(NOON)
    found = list(PurgeCollector().collect())
    assert samples(found, "tenon_purge_success_age_seconds") == {}
    assert samples(found, "tenon_purge_failing") == {NAME: 1.0}


def test_reports_are_purged_and_report_so(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "BATCH", 2)
    settings.PURGE_REPORTS_KEEP_DAYS = 90  # type: ignore[attr-defined]
    now = clock.now()
    for days in (89, 91, 92, 93):
        Report.objects.create(name="old", started_at=now - timedelta(days=days), seconds=0.1, purged=days)
    Purge.objects.create(name="old", succeeded_at=now - timedelta(days=91))
    registry.job_named("retention.purge_reports").run()
    assert set(Report.objects.values_list("name", "purged")) == {("old", 89), ("retention.purge_reports", 3)}
    assert Purge.objects.filter(name="old").exists(), "when it last succeeded is not forgotten"
    assert tasks.purge_reports() == 0
