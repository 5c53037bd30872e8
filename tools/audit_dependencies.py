"""Audits the locks twice: against the floors in `governance/advisories.toml`, and online by pip-audit.

pip-audit says "could not be audited" of everything and exits 0 where no advisory service answers. So this counts: it
fails when the floors were compared with nothing, and with AUDIT_REQUIRE_ONLINE=1 also when the service audited nothing.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def main() -> int:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    advisories = tomllib.loads((ROOT / "governance" / "advisories.toml").read_text())["advisory"]
    compared, found = compare({lock.name: pins(lock.read_text()) for lock in locks}, advisories)
    audited, reported = count_online(pip_audit(lock) for lock in locks)
    for line in [*found, *reported]:
        print(line)
    print(f"note: {compared} pins compared with {len(advisories)} known advisories; {audited} packages audited online")
    if not compared:
        print("Nothing was compared: the locks hold none of the packages in governance/advisories.toml.")
    if not audited and os.environ.get("AUDIT_REQUIRE_ONLINE") == "1":
        print("The advisory service audited nothing, and AUDIT_REQUIRE_ONLINE=1 wants it to.")
        return 1
    return 1 if found or reported or not compared else 0


def pins(lock: str) -> dict[str, str]:
    """Name (lower case, hyphens) to version of every package in a lock."""
    return {re.sub(r"[._-]+", "-", name).lower(): version for name, version in PIN.findall(lock)}


def compare(locks: Mapping[str, Mapping[str, str]], advisories: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """How many pins an advisory speaks of, and one line for each that is too old."""
    compared, found = 0, []
    for advisory in advisories:
        for name, packages in locks.items():
            version = packages.get(advisory["package"])
            if version is None:
                continue
            compared += 1
            if Version(version) < Version(advisory["fixed_in"]):
                ids = ", ".join(advisory["ids"])
                found.append(f"{name}: {advisory['package']} {version} is below {advisory['fixed_in']} ({ids})")
    return compared, found


def pip_audit(lock: Path) -> dict[str, Any]:
    """pip-audit's own report on one lock; an empty one where it could not work at all."""
    options = ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", *options, "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"dependencies": []}
    return report


def count_online(reports: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """How many packages the service audited, and one line for each hole that it knows of."""
    audited, reported = set(), set()
    for report in reports:
        for package in report["dependencies"]:
            if "skip_reason" in package:
                continue
            audited.add(package["name"])
            for hole in package["vulns"]:
                fixed = ", ".join(hole["fix_versions"]) or "no release yet"
                reported.add(f"{package['name']} {package['version']}: {hole['id']} (fixed in {fixed})")
    return len(audited), sorted(reported)


if __name__ == "__main__":
    sys.exit(main())
