"""Writes `requirements/*.lock`: every version and hash, for all platforms, and no word of where they came from.

python3 tools/lock.py               after a change in pyproject.toml; what is locked stays as it is
python3 tools/lock.py --upgrade     takes the newest versions that pyproject.toml allows
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.bootstrap import BootstrapError, find_uv  # noqa: E402 - this file is run by a bare Python, as a script

SETS = {"base": [], "dev": ["--extra", "dev"], "mysql": ["--extra", "mysql"]}
FLAGS = [
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--python-version=3.11",
    "--system-certs",
    "--quiet",
]


def main(arguments: Sequence[str]) -> int:
    uv = find_uv(ROOT)
    if uv is None:
        raise BootstrapError("the locks are written by uv, and it cannot be had here.")
    for name, extra in SETS.items():
        target = f"requirements/{name}.lock"
        constraint = [] if name == "base" else ["--constraint", "requirements/base.lock"]
        command = [str(uv), "pip", "compile", *FLAGS, *extra, *constraint, *arguments, "pyproject.toml", "-o", target]
        subprocess.run(command, cwd=ROOT, check=True)
        if hosts := hosts_in((ROOT / target).read_text()):
            raise BootstrapError(f"{target} names a host: {hosts[0]}")
        print(f"wrote {target}")
    return 0


def hosts_in(lock: str) -> list[str]:
    """Lines of a lock that say where packages came from; there must be none."""
    return [line for line in lock.splitlines() if re.search(r"://|^\s*--(index|extra-index|find-links)", line)]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BootstrapError as error:
        sys.exit(f"lock: {error}")
