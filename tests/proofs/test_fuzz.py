"""schemathesis sends what the OpenAPI file allows and what it does not: no 5xx, no answer that is not documented."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tenon.testing.houses import PASSWORD, House
from tenon.testing.servers import ROOT, environment

SCHEMA = ROOT / "docs" / "openapi.yaml"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# What is wrong in a body is looked into by those who are let in.
PHASES = {"anonymous": "examples,fuzzing", "person": "examples,coverage,fuzzing", "staff": "examples,coverage,fuzzing"}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.mark.parametrize(
    ("home", "caller"), [("sqlite", "anonymous"), ("sqlite", "person"), ("postgresql", "staff")], indirect=["home"]
)
def test_every_operation_answers_as_documented(
    home: House, caller: str, rounds: Callable[[int], int], proof_record: Callable[..., None], tmp_path: Path
) -> None:
    events, report = tmp_path / "events.ndjson", tmp_path / "report.json"
    options = {
        "--url": home.api.url,
        "--checks": CHECKS,
        "--phases": PHASES[caller],
        "--max-examples": str(rounds(200)),
        "--report-ndjson-path": str(events),
        "--report-json-path": str(report),
    }
    flags = ["--generation-deterministic", "--continue-on-failure", "--no-color"]
    schemathesis = Path(sys.executable).with_name("schemathesis")
    command = [str(schemathesis), "run", str(SCHEMA), *flags, *(part for option in options.items() for part in option)]
    done = subprocess.run(
        command, env=environment(_hooks(home, caller)), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert report.exists(), done.stdout + done.stderr
    summary = json.loads(report.read_text())
    assert summary["complete"], done.stdout[-5000:]
    assert not summary["failures"], done.stdout[-20_000:]
    assert not summary["errors"], done.stdout[-5000:]
    assert done.returncode == 0, done.stdout[-5000:]

    answers = _answers(events)
    untested = [operation for operation in _operations() if not answers[operation]]
    assert not untested, f"no case for {untested}"
    assert (200 in answers["GET /user/details/"]) == (caller != "anonymous")
    proof_record(
        operations=len(answers), cases=sum(each.total() for each in answers.values()), server_errors=0, undocumented=0
    )


def _operations() -> list[str]:
    """`POST /api/v1/auth/login/` for every operation of the OpenAPI file."""
    paths: dict[str, dict[str, Any]] = yaml.safe_load(SCHEMA.read_text())["paths"]
    return [f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in METHODS]


def _answers(events: Path) -> dict[str, Counter[int]]:
    """How often each operation was answered with which status."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    for line in events.read_text().splitlines():
        if finished := json.loads(line).get("ScenarioFinished"):
            recorder = finished["recorder"]
            for interaction in recorder.get("interactions", {}).values():
                counted[recorder["label"]][interaction["response"]["status_code"]] += 1
    return counted


def _hooks(home: House, caller: str) -> dict[str, str]:
    """What signs schemathesis in."""
    if caller == "anonymous":
        return {}
    email = home.make_superuser() if caller == "staff" else home.sign_up().email
    return {
        "SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("signed_in.py")),
        "PROOF_URL": home.api.url,
        "PROOF_EMAIL": email,
        "PROOF_PASSWORD": PASSWORD,
    }
