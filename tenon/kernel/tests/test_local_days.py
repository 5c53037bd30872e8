"""Days of a time zone, counted by the database and by Python alike."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenon.kernel.local_days import local_day, span
from tenon.kernel.retention.models import Report

# Clocks go forward and back, at midnight too, by half an hour, and a day is left out.
ZONES = [
    ("UTC", date(2026, 1, 1), date(2026, 1, 3)),
    ("Europe/Berlin", date(2026, 3, 28), date(2026, 3, 30)),
    ("Europe/Berlin", date(2026, 10, 24), date(2026, 10, 26)),
    ("America/New_York", date(2026, 3, 7), date(2026, 11, 2)),
    ("Atlantic/Azores", date(2026, 10, 24), date(2026, 10, 26)),
    ("Asia/Beirut", date(2026, 3, 28), date(2026, 3, 30)),
    ("Australia/Lord_Howe", date(2026, 4, 4), date(2026, 4, 6)),
    ("Asia/Kathmandu", date(2026, 6, 1), date(2026, 6, 2)),
    ("Pacific/Apia", date(2011, 12, 28), date(2012, 1, 1)),
]


AFTER_MIDNIGHT = [timedelta(seconds=second) for second in (-1, 0, 1, 1799, 3599, 3600, 7199, 7200, 10800, 43200)]


def days(since: date, until: date) -> list[date]:
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]


@pytest.mark.parametrize(("name", "since", "until"), ZONES)
def test_a_span_is_of_whole_days(name: str, since: date, until: date):
    zone = ZoneInfo(name)
    first, end = span(since, until, zone)
    moment = timedelta(seconds=1)
    assert first.astimezone(zone).date() == since
    assert (first - moment).astimezone(zone).date() < since
    assert (end - moment).astimezone(zone).date() == until
    assert end.astimezone(zone).date() > until


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "since", "until"), ZONES)
def test_the_database_counts_the_days_that_python_counts(name: str, since: date, until: date):
    zone = ZoneInfo(name)
    within = first, end = span(since, until, zone)
    midnights = [span(day, day, zone)[0] for day in days(since, until)]
    moments = {at + after for at in midnights for after in AFTER_MIDNIGHT if first <= at + after < end}
    Report.objects.bulk_create(Report(name="x", started_at=at, seconds=0, purged=0) for at in moments)
    rows = Report.objects.annotate(day=local_day("started_at", within, zone)).values_list("started_at", "day")
    found = {at.astimezone(UTC): day for at, day in rows}
    assert found == {at: at.astimezone(zone).date() for at in moments}
