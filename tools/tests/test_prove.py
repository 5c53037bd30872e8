"""What the proofs counted is kept, and nothing else is."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import prove

REPORT = """<testsuites><testsuite>
<testcase name="test_one[sqlite]" time="3">
<properties><property name="proof" value="{'rounds': 50}" /></properties>
</testcase>
<testcase name="test_two"><skipped message="not proved: redis-server is not installed." /></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def commands() -> list[list[str]]:
    """The commands that pytest was run by."""
    return []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, commands: list[list[str]]) -> Callable[..., dict[str, object]]:
    """Run the tool over a pytest that reports REPORT and ends with `status`; gives the record that is left."""
    monkeypatch.setattr(prove, "ROOT", tmp_path)
    monkeypatch.setattr(prove, "RECORD", tmp_path / "proofs.json")
    monkeypatch.setattr(prove, "machine", dict)

    def tool(*arguments: str, status: int = 0) -> dict[str, object]:
        def pytest_run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
            commands.append(command)
            report = next(part.removeprefix("--junitxml=") for part in command if part.startswith("--junitxml="))
            Path(report).write_text(REPORT)
            return subprocess.CompletedProcess(command, status)

        monkeypatch.setattr(subprocess, "run", pytest_run)
        assert prove.main(arguments) == status
        kept: dict[str, object] = json.loads(prove.RECORD.read_text())["proofs"] if prove.RECORD.exists() else {}
        return kept

    return tool


def test_counts_and_outcomes_are_kept(run: Callable[..., dict[str, object]]) -> None:
    assert run() == {"test_one[sqlite]": {"outcome": "held", "rounds": 50}, "test_two": {"outcome": "skipped"}}


def test_a_chosen_part_leaves_the_rest_of_the_record(run: Callable[..., dict[str, object]]) -> None:
    prove.RECORD.write_text(json.dumps({"proofs": {"test_old": {"outcome": "held"}, "test_two": {"outcome": "held"}}}))
    kept = run("-k", "one or two")
    assert kept["test_old"] == {"outcome": "held"}
    assert kept["test_two"] == {"outcome": "skipped"}


def test_a_whole_run_forgets_what_is_no_proof_any_more(run: Callable[..., dict[str, object]]) -> None:
    prove.RECORD.write_text(json.dumps({"proofs": {"test_old": {"outcome": "held"}}}))
    assert "test_old" not in run()


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        ((), True),
        (("-k", "one or two"), True),
        (("-x", "-q"), True),
        (("tests/proofs/test_one.py",), False),
        (("-x", "tests/proofs/test_one.py::test_one"), False),
    ],
)
def test_a_path_takes_the_place_of_the_folder_and_an_option_does_not(
    run: Callable[..., dict[str, object]],
    commands: list[list[str]],
    tmp_path: Path,
    arguments: tuple[str, ...],
    folder: bool,
) -> None:
    chosen = tmp_path / "tests" / "proofs" / "test_one.py"
    chosen.parent.mkdir(parents=True)
    chosen.touch()
    run(*arguments)
    (command,) = commands
    assert ("tests/proofs" in command) is folder
    assert command[-len(arguments) :] == list(arguments) or not arguments


def test_failures_and_small_runs_leave_no_record(run: Callable[..., dict[str, object]]) -> None:
    assert run(status=1) == {}
    assert run("--scale", "0.05", "--forget") == {}


def test_a_program_that_is_not_there_is_said_so() -> None:
    assert prove._version("a-program-that-nobody-has") == "not installed"
