"""The audit finds what is old, and fails when it has looked at nothing."""

from typing import Any

import pytest

from tools import audit_dependencies as audit

ADVISORIES = [{"package": "django", "fixed_in": "5.2.9", "ids": ["CVE-2025-64460"]}]
SILENT = {"dependencies": [{"name": "django", "skip_reason": "could not be audited"}]}
CLEAN = {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": []}]}
HOLED = {
    "dependencies": [{"name": "django", "version": "5.2.1", "vulns": [{"id": "CVE-1", "fix_versions": ["5.2.2"]}]}]
}


def run(monkeypatch: pytest.MonkeyPatch, report: dict[str, Any]) -> int:
    monkeypatch.setattr(audit, "pip_audit", lambda lock: report)
    return audit.main()


def test_pins_are_read_by_their_canonical_names():
    lock = "Django==5.2.19 \\\n    --hash=sha256:00\ntyping_extensions==4.16.0 ; python_version < '3.13'\n"
    assert audit.pins(lock) == {"django": "5.2.19", "typing-extensions": "4.16.0"}


def test_a_pin_below_the_floor_is_found():
    compared, found = audit.compare({"base.lock": {"django": "5.2.8"}}, ADVISORIES)
    assert compared == 1
    assert found == ["base.lock: django 5.2.8 is below 5.2.9 (CVE-2025-64460)"]


def test_a_pin_at_the_floor_is_fine_and_versions_are_no_strings():
    assert audit.compare({"base.lock": {"django": "5.2.9"}}, ADVISORIES) == (1, [])
    assert audit.compare({"base.lock": {"django": "5.2.19"}}, ADVISORIES) == (1, [])


def test_packages_that_could_not_be_audited_do_not_count():
    assert audit.count_online([SILENT]) == (0, [])
    assert audit.count_online([CLEAN, CLEAN]) == (1, [])


def test_a_hole_that_the_service_knows_is_found():
    assert audit.count_online([HOLED]) == (1, ["django 5.2.1: CVE-1 (fixed in 5.2.2)"])


def test_the_locks_of_this_project_pass(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, CLEAN) == 0
    assert "1 packages audited online" in capsys.readouterr().out


def test_a_hole_fails_the_check(monkeypatch: pytest.MonkeyPatch):
    assert run(monkeypatch, HOLED) == 1


def test_silence_of_the_service_fails_where_an_answer_is_wanted(monkeypatch: pytest.MonkeyPatch):
    assert run(monkeypatch, SILENT) == 0
    monkeypatch.setenv("AUDIT_REQUIRE_ONLINE", "1")
    assert run(monkeypatch, SILENT) == 1


def test_comparing_nothing_fails(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit, "pins", lambda lock: {})
    assert run(monkeypatch, CLEAN) == 1
