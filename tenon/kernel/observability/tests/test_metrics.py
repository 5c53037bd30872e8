"""What Prometheus reads, and who else may."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pytest_django.fixtures import Settings

from tenon.kernel import clock, metrics
from tenon.kernel.observability.exposition import exposition
from tenon.kernel.outbox import backlog
from tenon.kernel.outbox.models import Entry, Kind

TOKEN = "an internal token of thirty-two characters"  # nosec B105


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tenon.kernel.observability.urls"
    settings.INTERNAL_TOKEN = TOKEN
    settings.METRICS_PUBLIC = False


@pytest.mark.django_db
def test_nobody_reads_them_without_the_token(client: Client) -> None:
    answer = client.get("/metrics/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert b"tenon_" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"x-internal-token": TOKEN},
        {"authorization": f"Bearer {TOKEN}", "accept": "application/openmetrics-text;version=1.0.0,*/*;q=0.1"},
    ],
)
def test_prometheus_reads_them_with_it(client: Client, headers: dict[str, str]) -> None:
    metrics.refused_sign_ins.labels("tests").inc()
    answer = client.get("/metrics/", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert b'tenon_refused_sign_ins_total{reason="tests"}' in answer.content
    assert b"django_http_requests_total_by_method" in answer.content


@pytest.mark.django_db
def test_a_setting_opens_them(client: Client, settings: Settings) -> None:
    settings.METRICS_PUBLIC = True
    assert client.get("/metrics/").status_code == 200


@pytest.mark.django_db
def test_the_outbox_is_measured_when_it_is_asked_for() -> None:
    assert b'tenon_outbox_rows{state="due"} 0.0' in exposition()
    overdue = clock.now() - timedelta(seconds=90)
    for number in range(3):
        Entry.objects.create(kind=Kind.JOB, name=f"job.{number}", payload={}, created_at=overdue, available_at=overdue)
    Entry.objects.create(kind=Kind.JOB, name="job.dead", payload={}, created_at=overdue, dead_at=overdue)
    text = exposition().decode()
    assert 'tenon_outbox_rows{state="due"} 3.0' in text
    assert 'tenon_outbox_rows{state="dead"} 1.0' in text
    lag = next(line for line in text.splitlines() if line.startswith("tenon_outbox_lag_seconds "))
    assert 90 <= float(lag.split()[1]) < 120


class Fixed(Collector):
    """Asks no database."""

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("tenon_fixed", "A number.", value=7)


def test_without_a_database_the_rest_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(backlog, "measure", lost)
    monkeypatch.setattr(metrics, "collectors", [Fixed()])
    text = exposition()
    assert b"tenon_limits_refused_total" in text
    assert b"tenon_outbox_rows" not in text
    assert b"tenon_fixed 7.0" in text


@pytest.mark.django_db
def test_the_counts_of_all_workers_are_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counters of processes that share PROMETHEUS_MULTIPROC_DIR, those that have ended included."""
    code = "from tenon.kernel import metrics; metrics.limits_refused.labels('of-workers').inc(2)"
    for _ in range(3):
        subprocess.run([sys.executable, "-c", code], check=True, env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)})
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    text = exposition()
    assert b'tenon_limits_refused_total{name="of-workers"} 6.0' in text
    assert b"tenon_outbox_lag_seconds" in text
