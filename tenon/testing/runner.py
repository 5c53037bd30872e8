"""`manage.py test`, for those who are used to it: it runs the suite of `make test`, which is pytest's."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any


class PytestRunner:
    """What Django asks of a TEST_RUNNER. Labels are paths of test files or folders."""

    def __init__(self, *, verbosity: int = 1, failfast: bool = False, keepdb: bool = False, **_: Any) -> None:
        self.options = ["--exitfirst"] * failfast + ["--reuse-db"] * keepdb + ["--verbose"] * (verbosity > 1)

    def run_tests(self, test_labels: Sequence[str]) -> int:
        """Returns the number of failures as far as Django cares: 0 is success."""
        command = [sys.executable, "-m", "pytest", *self.options, *test_labels]
        # In a process of its own: this one has started with the settings of `manage.py`, not with those of the tests.
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return subprocess.run(command, env=environment, check=False).returncode
