"""The bootstrap installs once, keeps what a developer has, and says in one line what is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".tools").mkdir()
    for name in ("base", "dev", "mysql"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(f"# {name}\n")
    return tmp_path


@pytest.fixture
def commands(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would be run; making an environment leaves an interpreter behind, as it would."""
    ran: list[list[str]] = []

    def succeed(command: list[str]) -> bool:
        ran.append(command)
        if "venv" in command:
            (checkout / ".venv" / "bin").mkdir(parents=True)
            (checkout / ".venv" / "bin" / "python").touch()
        return True

    monkeypatch.setattr(bootstrap, "_succeeds", succeed)
    monkeypatch.setattr(bootstrap, "find_uv", lambda root: root / ".tools" / "bin" / "uv")
    return ran


def installed(commands: list[list[str]]) -> list[str]:
    return [Path(word).name for command in commands for word in command if word.endswith(".lock")]


def test_the_second_start_installs_nothing(checkout: Path, commands: list[list[str]]):
    assert bootstrap.main(["run"], checkout) == 0
    assert installed(commands) == ["base.lock"]
    assert bootstrap.main(["run"], checkout) == 0
    assert installed(commands) == ["base.lock"]


def test_hashes_are_required_always(checkout: Path, commands: list[list[str]]):
    bootstrap.main(["dev"], checkout)
    assert "--require-hashes" in commands[-1]
    assert "--require-hashes" in bootstrap.install_command(checkout, checkout / "x.lock", None, exact=True)


def test_running_keeps_a_developers_tools(checkout: Path, commands: list[list[str]]):
    bootstrap.main(["dev"], checkout)
    bootstrap.main(["run"], checkout)
    assert installed(commands) == ["dev.lock"]


def test_a_changed_lock_is_installed_anew_and_as_the_larger_set(checkout: Path, commands: list[list[str]]):
    bootstrap.main(["dev"], checkout)
    (checkout / "requirements" / "dev.lock").write_text("# newer\n")
    bootstrap.main(["run"], checkout)
    assert installed(commands) == ["dev.lock", "dev.lock"]


def test_the_driver_of_mariadb_comes_on_top(checkout: Path, commands: list[list[str]]):
    bootstrap.main(["mysql"], checkout)
    assert installed(commands) == ["dev.lock", "mysql.lock"]
    assert "sync" not in commands[-1]
    bootstrap.main(["run"], checkout)
    assert installed(commands) == ["dev.lock", "mysql.lock"]


def test_the_driver_of_mariadb_outlives_a_changed_lock(checkout: Path, commands: list[list[str]]):
    bootstrap.main(["mysql"], checkout)
    (checkout / "requirements" / "dev.lock").write_text("# newer\n")
    bootstrap.main(["dev"], checkout)
    assert installed(commands) == ["dev.lock", "mysql.lock", "dev.lock", "mysql.lock"]


def test_another_python_finds_what_the_first_one_installed(
    checkout: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
):
    bootstrap.main(["run"], checkout)
    monkeypatch.setattr(sys, "version", "3.12.1")
    bootstrap.main(["run"], checkout)
    assert installed(commands) == ["base.lock"]


def test_where_uv_fails_pip_gets_its_turn(checkout: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch):
    attempts: list[list[str]] = []
    succeed = bootstrap._succeeds

    def only_pip(command: list[str]) -> bool:
        attempts.append(command)
        return succeed(command) and "sync" not in command

    monkeypatch.setattr(bootstrap, "_succeeds", only_pip)
    assert bootstrap.main(["run"], checkout) == 0
    assert "sync" in attempts[-2]
    assert attempts[-1][:3] == [sys.executable, "-m", "pip"]


def test_a_failed_installation_is_tried_again(
    checkout: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    succeed = bootstrap._succeeds
    monkeypatch.setattr(bootstrap, "_succeeds", lambda command: succeed(command) and "venv" in command)
    assert bootstrap.main(["run"], checkout) == 1
    assert "bootstrap: requirements/base.lock could not be installed" in capsys.readouterr().err
    monkeypatch.setattr(bootstrap, "_succeeds", succeed)
    assert bootstrap.main(["run"], checkout) == 0
    assert installed(commands)[-1] == "base.lock"


def test_a_checkout_without_locks_is_named(
    checkout: Path, commands: list[list[str]], capsys: pytest.CaptureFixture[str]
):
    (checkout / "requirements" / "base.lock").unlink()
    assert bootstrap.main(["run"], checkout) == 1
    assert "base.lock is missing" in capsys.readouterr().err


def test_an_old_python_is_named(
    checkout: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(bootstrap, "FLOOR", (4, 0))
    assert bootstrap.main(["run"], checkout) == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / ".tools").write_text("a file where the folder should be")
    assert bootstrap.main(["run"], tmp_path) == 1
    assert ".tools cannot be written to" in capsys.readouterr().err


def test_without_pip_there_is_one_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    failed: subprocess.CompletedProcess[str] = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    assert bootstrap.main(["run"], checkout) == 1
    assert capsys.readouterr().err == (
        "bootstrap: pip is needed to fetch the dependencies: `apt install python3-pip`.\n"
    )


def test_where_uv_cannot_be_had_an_environment_is_made_without_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(bootstrap, "_require_pip", lambda: None)
    monkeypatch.setattr(bootstrap, "_succeeds", lambda command: False)
    assert bootstrap.find_uv(checkout) is None
    assert "venv and pip do it" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["run", "dev"]])
def test_anything_else_is_answered_with_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert bootstrap.main(arguments) == 2
    assert "usage: bootstrap.py run|dev|mysql" in capsys.readouterr().err
