"""Errors are reported to Sentry only where that is wanted, and only cleaned."""

import sys
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from tenon.kernel.observability import sentry

DSN = "https://key@sentry.example.com/1"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What sentry-sdk was started with."""
    options: dict[str, Any] = {}
    sdk = ModuleType("sentry_sdk")
    sdk.init = options.update  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentry_sdk", sdk)
    return options


def test_it_starts_with_the_app_and_sends_no_personal_data(told: dict[str, Any], settings: Settings) -> None:
    settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT = DSN, "staging"
    apps.get_app_config("observability").ready()
    assert (told["dsn"], told["environment"]) == (DSN, "staging")
    assert told["send_default_pii"] is False
    assert told["include_local_variables"] is False
    assert told["max_request_body_size"] == "never"


def test_without_a_dsn_it_is_not_started(told: dict[str, Any], settings: Settings) -> None:
    settings.SENTRY_DSN = ""
    apps.get_app_config("observability").ready()
    assert told == {}


def test_a_report_is_cleaned(told: dict[str, Any]) -> None:
    sentry.start(dsn=DSN, environment="tests", release="1")
    report = {
        "message": "bob@example.com failed",
        "request": {"headers": {"Authorization": "Bearer abcdefgh1234"}, "query_string": "token=abc123"},
        "level": "error",
    }
    assert told["before_send"](report, {}) == {
        "message": "b…@example.com failed",
        "request": {"headers": {"Authorization": "[removed]"}, "query_string": "token=[removed]"},
        "level": "error",
    }


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match=r"sentry-sdk is not installed: pip install '\.\[sentry\]'"):
        sentry.start(dsn=DSN, environment="tests", release="1")
