"""Runs the proofs in `tests/proofs` and keeps what they counted in `benchmarks/proofs.json`.

    python tools/prove.py                          full size, record kept
    python tools/prove.py --scale 0.05 --forget    a twentieth, as `make check` does; a few proofs ask for less there
    python tools/prove.py tests/proofs/test_x.py   these alone; the rest of the record stays. So with -k and the like

The record holds no dates and no durations: run twice on the same machine and the same code, it is the same file.
"""

import argparse
import ast
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree  # nosec B405

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "benchmarks" / "proofs.json"
PACKAGES = ("django", "djangorestframework", "granian", "psycopg", "redis")
SERVERS = {"postgresql": "postgres", "redis": "redis-server"}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scale", default="1", help="share of the full number of rounds (1)")
    parser.add_argument("--forget", action="store_true", help="keep no record")
    options, rest = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # Only the older form of the report has a place for what a test records.
        kept = [f"--junitxml={report}", "-o", "junit_family=xunit1"]
        where = [] if any(map(_is_path, rest)) else ["tests/proofs"]
        command = [sys.executable, "-m", "pytest", *where, "-p", "no:randomly", *kept, *rest]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PROOF_SCALE": options.scale}, check=False)
        if done.returncode == 0 and not options.forget:
            # A part that was chosen by name replaces only its own part of the record.
            proofs = (recorded() if rest else {}) | read_report(report.read_text())
            RECORD.write_text(json.dumps({"machine": machine(), "proofs": proofs}, indent=2, sort_keys=True) + "\n")
            print(f"wrote {RECORD.relative_to(ROOT)}: {len(proofs)} proofs")
    return done.returncode


def _is_path(argument: str) -> bool:
    """Whether pytest would take `argument` for a file, a folder or a test in a file."""
    return (ROOT / argument.partition("::")[0]).exists()


def read_report(xml: str) -> dict[str, dict[str, Any]]:
    """Outcome and counts of every proof in a JUnit report, by its name; `proof_record` wrote the counts."""
    return {case.attrib["name"]: dict(_facts(case)) for case in ElementTree.fromstring(xml).iter("testcase")}  # nosec B314


def recorded() -> dict[str, dict[str, Any]]:
    """What the record holds by now."""
    proofs: dict[str, dict[str, Any]] = json.loads(RECORD.read_text())["proofs"] if RECORD.exists() else {}
    return proofs


def _facts(case: ElementTree.Element) -> Iterator[tuple[str, Any]]:
    yield "outcome", "skipped" if case.find("skipped") is not None else "held"
    for entry in case.iter("property"):
        counts: Mapping[str, Any] = ast.literal_eval(entry.attrib["value"])
        yield from counts.items()


def machine() -> dict[str, Any]:
    """What the counts depend on: cores, interpreter, and the versions of what took part."""
    packages = {name: version(name) for name in PACKAGES}
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "packages": packages,
        "servers": {name: _version(program) for name, program in SERVERS.items()},
    }


def _version(program: str) -> str:
    # Debian keeps PostgreSQL's server programs out of the search path, each version in a folder of its own.
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which(program) or next((str(each / program) for each in reversed(folders)), program)
    try:
        printed = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return "not installed"
    return printed.partition("\n")[0].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
