"""A developer's `.env` reaches what the developer starts, and no test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tenon.testing.servers import environment

ROOT = Path(__file__).resolve().parents[4]
READ = """
from tenon.kernel import env
env.load_dotenv = lambda path: print(path.name)
import {module}
"""


@pytest.mark.parametrize(
    ("module", "switch", "read"),
    [("base", "", ".env"), ("base", "on", ".env"), ("base", "off", ""), ("test", "", ""), ("test", "on", "")],
)
def test_the_file_is_read_unless_it_is_switched_off(module: str, switch: str, read: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ.format(module=f"tenon.delivery.settings.{module}")],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TENON_DOTENV": switch},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == read


def test_processes_that_tests_start_do_not_read_it() -> None:
    assert os.environ["TENON_DOTENV"] == "off"
    assert environment({})["TENON_DOTENV"] == "off"
