"""Health: what each route touches, when it fails, and who learns why."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

import tenon
from tenon.kernel import clock, redis_client
from tenon.kernel.http.views import Endpoint
from tenon.kernel.observability import health
from tenon.kernel.outbox.models import Entry, Kind
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.testing.servers import HOST, free_port

TEST_REDIS_URL = django_settings.REDIS_URL
TOKEN = "an internal token of thirty-two characters"  # nosec B105


@pytest.fixture(autouse=True)
def _settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.ROOT_URLCONF = "tenon.kernel.observability.urls"
    settings.INTERNAL_TOKEN = TOKEN
    settings.REDIS_URL = ""
    settings.RATE_LIMITS = {"anonymous": "1/day", "user": "1/day"}
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health, "_glance", None)
    redis_client.close_breaker()
    yield
    redis_client.close_breaker()


@pytest.fixture
def pending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("some", "migration")])


@pytest.fixture
def lost_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed: no route for user tenon_app")

    monkeypatch.setattr(connection, "cursor", refused)


@pytest.mark.parametrize("path", ["/health/", "/health/live/", "/health/live"])
def test_it_answers_without_touching_anything(client: Client, path: str) -> None:
    # This test has no access to the database: a query would fail it.
    for _ in range(3):
        assert client.get(path).status_code == 200


def test_health_says_which_service_answers(client: Client) -> None:
    answer = client.get("/health/").json()
    assert answer.pop("timestamp").endswith("Z")
    assert answer == {"status": "healthy", "service": "tenon", "version": tenon.__version__}
    assert client.get("/health/live/").json() == {"status": "healthy"}


@pytest.mark.django_db
def test_it_is_ready_with_its_database_and_all_migrations(client: Client) -> None:
    for _ in range(3):
        answer = client.get("/health/ready/")
        assert (answer.status_code, answer.json()) == (200, {"status": "healthy", "failing": []})


@pytest.mark.django_db
def test_it_is_not_ready_while_migrations_are_pending(client: Client, pending: None) -> None:
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (503, {"status": "unhealthy", "failing": ["migrations"]})


@pytest.mark.django_db
def test_migrations_are_asked_about_until_they_are_done(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = iter([["one"], []])
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: next(plans))
    assert [client.get("/health/ready/").status_code for _ in range(4)] == [503, 200, 200, 200]


def test_it_is_not_ready_without_its_database(client: Client, lost_database: None) -> None:
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unhealthy", "failing": ["database", "migrations"]}
    assert client.get("/health/live/").status_code == 200


@pytest.mark.django_db
def test_others_learn_the_status_only(client: Client, pending: None) -> None:
    for headers in ({}, {"x-internal-token": "wrong"}, {"x-internal-token": TOKEN + "x"}, {"x-internal-token": "é"}):
        answer = client.get("/health/detailed/", headers=headers)
        assert answer.status_code == 503
        assert answer.json().keys() == {"status", "timestamp", "service", "version"}
        assert answer.json()["status"] == "unhealthy"


@pytest.mark.django_db
def test_no_token_is_no_key_where_none_is_set(client: Client, settings: Settings) -> None:
    settings.INTERNAL_TOKEN = ""
    for headers in ({}, {"x-internal-token": ""}, {"x-internal-token": TOKEN}):
        assert "components" not in client.get("/health/detailed/", headers=headers).json()


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"x-internal-token": TOKEN}, {"authorization": f"Bearer {TOKEN}"}])
def test_a_monitor_learns_of_every_part(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/health/detailed/", headers=headers)
    assert answer.status_code == 200
    parts = {part["name"]: part for part in answer.json()["components"]}
    assert list(parts) == ["database", "migrations", "outbox"]
    assert all(part["healthy"] and part["duration_ms"] >= 0 for part in parts.values())
    assert parts["database"]["detail"] == connection.vendor
    assert parts["outbox"]["detail"] == "0 due, 0 in progress, 0 dead, 0 s behind"


@pytest.mark.django_db
def test_staff_learn_of_every_part_and_people_do_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, learns in ((PrincipalKind.STAFF, True), (PrincipalKind.USER, False), (PrincipalKind.SERVICE, False)):
        _sign_in(monkeypatch, kind)
        assert ("components" in client.get("/health/detailed/").json()) is learns


@pytest.mark.django_db
def test_others_make_it_look_once_a_second(client: Client) -> None:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as time:
        client.get("/health/detailed/")
        with CaptureQueriesContext(connection) as queries:
            assert [client.get("/health/detailed/").status_code for _ in range(3)] == [200] * 3
        assert [query["sql"] for query in queries] == []
        time.shift(1)
        with CaptureQueriesContext(connection) as queries:
            client.get("/health/detailed/")
        assert "SELECT 1" in [query["sql"] for query in queries]


@pytest.mark.django_db
def test_a_relay_that_does_not_get_on_is_unhealthy(client: Client) -> None:
    now = clock.now()
    overdue = now - timedelta(minutes=6)
    Entry.objects.create(kind=Kind.JOB, name="some.job", payload={}, created_at=overdue, available_at=overdue)
    answer = client.get("/health/detailed/", headers={"x-internal-token": TOKEN})
    assert answer.status_code == 503
    part = answer.json()["components"][-1]
    assert (part["name"], part["healthy"]) == ("outbox", False)
    assert part["detail"].startswith("1 due, 0 in progress, 0 dead, 36")
    # The service takes requests meanwhile.
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.django_db
def test_a_lost_redis_is_told_and_does_not_stop_requests(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://{HOST}:{free_port()}/0"
    answer = client.get("/health/detailed/", headers={"x-internal-token": TOKEN})
    assert answer.status_code == 503
    assert {part["name"]: part["healthy"] for part in answer.json()["components"]} == {
        "database": True,
        "migrations": True,
        "redis": False,
        "outbox": True,
    }
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.django_db
@pytest.mark.redis
def test_a_redis_that_answers_is_healthy(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = TEST_REDIS_URL
    answer = client.get("/health/detailed/", headers={"x-internal-token": TOKEN})
    assert (answer.status_code, answer.json()["components"][2]["detail"]) == (200, "answers")


def test_the_report_goes_on_without_a_database_and_names_no_host(client: Client, lost_database: None) -> None:
    answer = client.get("/health/detailed/", headers={"x-internal-token": TOKEN})
    assert answer.status_code == 503
    assert {part["name"]: part["detail"] for part in answer.json()["components"]} == {
        "database": "OperationalError",
        "migrations": "OperationalError",
        "outbox": "OperationalError",
    }


@pytest.mark.django_db
def test_a_probe_asks_nobody_who_he_is_and_counts_under_no_limit(client: Client) -> None:
    client.get("/health/ready/")
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            answer = client.get("/health/ready/", headers={"authorization": "Bearer nonsense"})
            assert answer.status_code == 200
            assert "X-RateLimit-Limit" not in answer
    assert [query["sql"] for query in queries] == ["SELECT 1"] * 3


def _sign_in(monkeypatch: pytest.MonkeyPatch, kind: PrincipalKind) -> None:
    class Somebody:
        def authenticate(self, request: object) -> tuple[SimpleNamespace, Principal]:
            return SimpleNamespace(id=None), Principal(kind=kind)

    monkeypatch.setattr(Endpoint, "authentication_classes", (Somebody,))
