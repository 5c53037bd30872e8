"""Two organizations take turns on pooled connections of a PostgreSQL of their own, and see nothing of each other."""

import os
import subprocess
import sys
from collections.abc import Callable

from tenon.testing import faults
from tenon.testing.servers import ROOT

REQUESTS = 10_000
TEST = "tenon/kernel/tenancy/tests/test_alternating_requests.py"


def test_alternating_requests_leak_nothing(
    cluster: faults.Postgres, rounds: Callable[[int], int], proof_record: Callable[..., None]
):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST],
        cwd=ROOT,
        env={**os.environ, "TEST_DATABASE_URL": cluster.url("postgres"), "TEST_REDIS_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "1 passed" in done.stdout
    assert "under row-level security" in done.stdout
    proof_record(requests=rounds(REQUESTS), organizations=2)
