"""The checks, step by step, as CI runs them: each with a name, a time, and its output only where it failed.

python tools/check.py               every step; all of them run, whatever fails before
python tools/check.py lint types    only these
python tools/check.py --list        what there is
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ".github/workflows"
SHOWN = 100  # lines of a failed step
# Proofs wait for processes to start and for time to pass as often as they compute, so three run at once.
SMALL = ["--scale=0.05", "--forget", "--numprocesses=3", "--dist=worksteal"]
# Shuffled, but alike each time: one tree gets one verdict. A plain `make test` shuffles anew.
SUITE = "--cov -n 3 --randomly-seed=1"
BRIEFLY = ["--quiet", "--output-format=concise"]
BANDIT = ["-qrc", "pyproject.toml", "--format=custom", "--msg-template={relpath}:{line}: {test_id} {msg}"]

# What a careful operator would set; `check --deploy` must find nothing to say about it.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "api.example.com",
    "SITE_URL": "https://api.example.com",
    "DATABASE_URL": "postgresql://tenon_app@db.example.com/tenon",
    "MIGRATION_DATABASE_URL": "postgresql://tenon_owner@db.example.com/tenon",
    "REDIS_URL": "redis://cache.example.com:6379/0",
    "EMAIL_PROVIDER": "smtp",
    "EMAIL_HOST": "smtp.example.com",
    "DEFAULT_FROM_EMAIL": "Tenon <no-reply@example.com>",
    "USE_HTTPS": "true",
    "MAGIC_LINK_VERIFY_URL": "https://app.example.com",
    "TRUSTED_PROXY_COUNT": "1",
    "TRUSTED_PROXY_HEADER": "x-forwarded",
    "TENON_DOTENV": "off",
}


EMBEDDED = {"DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.test", "TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}


@dataclass(frozen=True)
class Step:
    """Commands that must all succeed, in `env`; `streams` shows their output as it comes."""

    name: str
    title: str
    commands: Sequence[Sequence[str]]
    env: Mapping[str, str] = field(default_factory=lambda: EMBEDDED)
    streams: bool = False


def steps() -> list[Step]:
    workflows = sorted(str(path.relative_to(ROOT)) for path in (ROOT / WORKFLOWS).glob("*.yml"))
    return [
        Step("lint", "ruff finds nothing", [tool("ruff", "check", *BRIEFLY)]),
        Step("format", "the code is in its one form", [tool("ruff", "format", "--check", *BRIEFLY)]),
        Step("types", "mypy, strict where rules live", [tool("mypy")]),
        Step("imports", "nothing imports upward or sideways", [tool("lint-imports", "--no-cache")]),
        Step("drift", "models and migrations agree", [manage("makemigrations", "--check", "--dry-run")]),
        Step("migrations", "migrations spare a running system", [python("lint_migrations.py")]),
        Step("schema", "docs/openapi.yaml is what the code says", [python("openapi_drift.py")]),
        Step("contract", "no undeclared break of the HTTP contract", [python("openapi_changes.py")]),
        Step(
            "deploy", "production settings are safe", [manage("check", "--deploy", "--fail-level=WARNING")], PRODUCTION
        ),
        Step("bandit", "no construct known to be unsafe", [tool("bandit", *BANDIT, "tenon", "tools")]),
        Step("audit", "no dependency with a known hole", [python("audit_dependencies.py")]),
        Step(
            "workflows",
            "workflow files are valid and safe",
            [
                tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows),
                tool("zizmor", "--offline", "--quiet", WORKFLOWS),
            ],
        ),
        Step("tests", "the suite, with branch coverage", [["make", "-s", "test", f"ARGS={SUITE}"]], streams=True),
        Step("proofs", "the proofs at a twentieth", [python("prove.py", *SMALL)], streams=True),
    ]


def python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, f"tools/{script}", *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def tool(name: str, *arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / name), *arguments]


def main(arguments: Sequence[str]) -> int:
    known = {step.name: step for step in steps()}
    if list(arguments) == ["--list"]:
        print("\n".join(f"{step.name:<12}{step.title}" for step in known.values()))
        return 0
    if unknown := [name for name in arguments if name not in known]:
        print(f"check: no step named {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    chosen = [known[name] for name in arguments] or list(known.values())
    places = {step.name: f"{number:>2}/{len(chosen)}" for number, step in enumerate(chosen, 1)}
    brief, long = [step for step in chosen if not step.streams], [step for step in chosen if step.streams]
    # Two at once: most of them have one core to do with.
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = dict(
            zip((step.name for step in brief), pool.map(lambda step: run(step, places[step.name]), brief), strict=True)
        )
    passed |= {step.name: run(step, places[step.name]) for step in long}
    failed = [name for name, well in passed.items() if not well]
    if failed:
        print(f"\ncheck: {len(failed)} of {len(chosen)} steps failed: {', '.join(failed)}")
        return 1
    print(f"\ncheck: all {len(chosen)} steps passed")
    return 0


def run(step: Step, position: str) -> bool:
    """Runs one step and prints its line; returns whether it passed."""
    heading = f"{position}  {step.name:<11} {step.title:<42}"
    if step.streams:
        print(heading, flush=True)
    started, capture = time.monotonic(), None if step.streams else subprocess.PIPE
    passed, printed = True, ""
    for command in step.commands:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **step.env},
            stdout=capture,
            stderr=capture and subprocess.STDOUT,
            text=True,
            check=False,
        )
        passed = passed and done.returncode == 0
        printed += done.stdout or ""
    told = [f"{heading} {'passed' if passed else 'FAILED'} {time.monotonic() - started:6.1f} s"]
    lines = [line for line in printed.splitlines() if not passed or line.startswith("note: ")]
    told += [f"       {line}" for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        told.append(f"       … and {len(lines) - SHOWN} lines more: {' '.join(step.commands[-1])}")
    print("\n".join(told), flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
