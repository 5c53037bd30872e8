"""What is missing is said, and fails only where it was asked for."""

import subprocess

import pytest

from tools import service_tests
from tools.service_tests import Run


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The environments that the suite would be run in; PostgreSQL answers, MariaDB does not."""
    seen: list[dict[str, str]] = []

    def run(command: list[str], *, env: dict[str, str], **_: object):
        seen.append(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(service_tests, "postgresql", lambda *, required: Run("PostgreSQL", {"TEST_DATABASE_URL": "x"}))
    monkeypatch.setattr(service_tests, "mariadb", lambda: Run("MariaDB", {}, "nothing answers on 3306"))
    return seen


def test_what_is_missing_is_named_and_left_out(runs: list[dict[str, str]], capsys: pytest.CaptureFixture[str]):
    assert service_tests.main([]) == 0
    assert [run["TEST_DATABASE_URL"] for run in runs] == ["x"]
    assert capsys.readouterr().out.endswith("PostgreSQL: passed\nMariaDB: left out, nothing answers on 3306\n")


def test_what_is_missing_fails_where_everything_is_wanted(
    runs: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
):
    assert service_tests.main(["--require"]) == 1
    assert "MariaDB: MISSING, nothing answers on 3306" in capsys.readouterr().out


def test_rooms_that_are_named_are_run_and_no_others(runs: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch):
    commands: list[str] = []

    def run(command: list[str], **_: object):
        commands.append(command[-1])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    service_tests.main([])
    service_tests.main(["tenon/kernel::test", "-x"])
    assert [" tenon tests " in command for command in commands] == [True, False]
    assert commands[1].endswith(" tenon/kernel::test -x")


def test_a_failed_run_fails_the_whole(runs: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    assert service_tests.main([]) == 1


def test_a_port_where_nobody_listens_does_not_answer():
    assert service_tests.answers(1) is False


def test_without_a_server_there_is_a_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service_tests, "answers", lambda port: False)
    assert service_tests.postgresql(required=True).missing == "nothing answers on 5432"
    assert service_tests.mariadb().missing == "nothing answers on 3306"


def test_without_the_driver_there_is_a_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service_tests, "answers", lambda port: True)
    monkeypatch.setattr(service_tests, "_imports_driver", lambda: False)
    monkeypatch.setattr(service_tests, "_quietly", lambda command: False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "mysqlclient could not be compiled" in service_tests.mariadb().missing
