"""`manage.py test` runs the suite of `make test`, and says so when it fails."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("claim", "status"), [("True", 0), ("False", 1)])
def test_the_outcome_is_pytests(tmp_path: Path, claim: str, status: int):
    (tmp_path / "test_claim.py").write_text(
        f"def test_claim(settings):\n    assert not settings.DEBUG\n    assert {claim}\n"
    )
    command = [sys.executable, "manage.py", "test", str(tmp_path / "test_claim.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert "1 passed" in done.stdout if status == 0 else "1 failed" in done.stdout
