"""`manage.py test` runs the suite of `make test`, and says so when it fails."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def manage_test(label: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", "test", label]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_is_pytest_with_the_settings_of_the_tests():
    done = manage_test("tools/tests/test_lints.py::test_a_lock_that_names_a_host_is_found")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "settings: tenon.delivery.settings.test" in done.stdout
    assert "1 passed" in done.stdout


def test_what_fails_fails():
    assert manage_test("tools/tests/no_such_file.py").returncode != 0
