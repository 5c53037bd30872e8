"""`manage.py test` runs the suite of `make test`, and says so when it fails."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.test.utils import get_runner


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Command and environment of what would be run; it ends with status 3."""
    seen: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], *, env: dict[str, str], check: bool):
        seen.append((command, env))
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_it_is_pytest_with_its_own_settings(ran: list[tuple[list[str], dict[str, str]]], monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.development")
    runner = get_runner(settings)(verbosity=2, failfast=True, keepdb=True, interactive=False)
    assert runner.run_tests(["tenon/kernel"]) == 3
    [(command, environment)] = ran
    assert command == [sys.executable, "-m", "pytest", "--exitfirst", "--reuse-db", "--verbose", "tenon/kernel"]
    assert "DJANGO_SETTINGS_MODULE" not in environment
