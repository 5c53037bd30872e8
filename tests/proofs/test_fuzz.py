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
from tenon.testing.servers import ROOT, environment, run_python
from tests.proofs.conftest import SCALE

API, ADMIN = ROOT / "docs" / "openapi.yaml", ROOT / "docs" / "openapi-admin.yaml"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# What is wrong in a body is looked into by those who are let in. A small run shares the phases out among the callers.
PHASES = (
    {"anonymous": "examples,fuzzing"}
    if SCALE >= 1
    else {"anonymous": "fuzzing", "person": "fuzzing", "staff": "examples,coverage", "operator": "examples,coverage"}
)
LET_IN = "examples,coverage,fuzzing"
EXAMPLES = 200 if SCALE >= 1 else 4  # of each operation, beside those of the description and those at the boundaries
# What closes the caller's account: whoever has sent it cannot go on, so each of these is sent by somebody else.
CLOSING = ["DELETE /api/v1/profile/delete/", "DELETE /api/v1/users/delete_account/"]
THROWAWAYS = 40  # people who are there for that alone
# What it learns from answers, it reads from what it keeps of them. Cut at 1 MiB, our description is no YAML any more.
WHOLE_ANSWERS = "[output.truncation]\nmax-recorded-payload-size = 0\n"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.mark.parametrize(
    ("home", "caller"),
    [("sqlite", "anonymous"), ("sqlite", "person"), ("postgresql", "staff"), ("sqlite", "operator")],
    indirect=["home"],
)
def test_every_operation_answers_as_documented(
    home: House, caller: str, proof_record: Callable[..., None], tmp_path: Path
) -> None:
    schema, own = (ADMIN, "GET /admin/api/me/") if caller == "operator" else (API, "GET /user/details/")
    events, report = tmp_path / "events.ndjson", tmp_path / "report.json"
    (tmp_path / "schemathesis.toml").write_text(WHOLE_ANSWERS)
    options = {
        "--url": home.api.url,
        "--checks": CHECKS,
        "--phases": PHASES.get(caller, LET_IN),
        "--max-examples": str(EXAMPLES),
        "--report-ndjson-path": str(events),
        "--report-json-path": str(report),
    }
    flags = ["--generation-deterministic", "--continue-on-failure", "--no-color"]
    schemathesis = Path(sys.executable).with_name("schemathesis")
    command = [str(schemathesis), "run", str(schema), *flags, *(part for option in options.items() for part in option)]
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
    untested = [operation for operation in _operations(schema) if not answers[operation]]
    assert not untested, f"no case for {untested}"
    signed_in = [own] if caller == "operator" else [own, *CLOSING]
    assert {operation: 200 in answers[operation] for operation in signed_in} == dict.fromkeys(
        signed_in, caller != "anonymous"
    )
    proof_record(
        operations=len(answers), cases=sum(each.total() for each in answers.values()), server_errors=0, undocumented=0
    )


def _operations(schema: Path) -> list[str]:
    """`POST /api/v1/auth/login/` for every operation of the OpenAPI file."""
    paths: dict[str, dict[str, Any]] = yaml.load(schema.read_text(), yaml.CSafeLoader)["paths"]
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
    email = home.make_superuser() if caller in {"staff", "operator"} else home.sign_up().email
    return {
        "SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("signed_in.py")),
        "PROOF_URL": home.api.url,
        "PROOF_EMAIL": email,
        "PROOF_PASSWORD": PASSWORD,
        "PROOF_CLOSING": "\n".join(CLOSING),
        "PROOF_THROWAWAYS": run_python("-m", "tests.proofs.people_house", str(THROWAWAYS), env=home.env),
    }
