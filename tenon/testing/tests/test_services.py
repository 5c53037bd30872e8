"""What a run says of the services it has and has not."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytest_django import Settings

from tenon.testing import services
from tenon.testing.services import Service

MISSING = Service("teapot", "a teapot", "TEST_TEAPOT_URL", present=lambda: False)
THERE = Service("kettle", "a kettle", "TEST_KETTLE_URL", present=lambda: True)
ELSEWHERE = Service("samovar", "a samovar", "TEST_SAMOVAR_URL", present=lambda: False, excused=lambda: True)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SERVICES", (MISSING, THERE, ELSEWHERE))
    monkeypatch.delenv("TEST_SERVICES", raising=False)


def item(*markers: str) -> pytest.Item:
    return cast(pytest.Item, SimpleNamespace(get_closest_marker=lambda name: name if name in markers else None))


def test_a_test_without_needs_runs():
    services.require_for(item())
    services.require_for(item("kettle"))


def test_a_missing_service_is_named():
    with pytest.raises(pytest.skip.Exception, match=r"needs a teapot \(TEST_TEAPOT_URL\)"):
        services.require_for(item("teapot"))


def test_where_services_are_required_a_missing_one_fails(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_SERVICES", "require")
    with pytest.raises(pytest.fail.Exception, match="needs a teapot"):
        services.require_for(item("teapot"))
    services.require_for(item("kettle"))


def test_a_run_about_another_of_its_kind_is_excused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_SERVICES", "require")
    with pytest.raises(pytest.skip.Exception):
        services.require_for(item("samovar"))


def test_the_last_lines_tell_what_was_skipped_and_how_often():
    reports: list[Any] = [
        SimpleNamespace(longrepr=("file", 1, f"Skipped: needs {thing}")) for thing in ("tea", "tea", "milk")
    ]
    assert list(services.summary(reports))[2:] == ["skipped   1 × needs milk", "skipped   2 × needs tea"]


def test_the_last_lines_tell_what_ran_on_what(settings: Settings):
    settings.REDIS_URL = ""
    database, redis = services.summary([])
    assert database.split()[:2] in (["database", "SQLite"], ["database", "PostgreSQL"], ["database", "MariaDB"])
    assert redis == "redis     none: the process and the database stand in (TEST_REDIS_URL)"


def test_a_redis_that_does_not_answer_is_said_so(settings: Settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert list(services.summary([]))[1] == "redis     127.0.0.1:1/0 does not answer (ConnectionError)"
