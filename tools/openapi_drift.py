"""Says whether `docs/openapi.yaml` is what the code generates, and that it is generated without a warning."""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMITTED = ROOT / "docs" / "openapi.yaml"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            return 1
        difference = compare(COMMITTED.read_text() if COMMITTED.is_file() else "", fresh.read_text())
    if difference:
        print("docs/openapi.yaml is not what the code generates; `make schema` writes it anew.")
        print("\n".join(difference[:60]))
        return 1
    return 0


def compare(committed: str, fresh: str) -> list[str]:
    """A unified diff, empty when both are the same."""
    pair = (committed.splitlines(), fresh.splitlines())
    return list(difflib.unified_diff(*pair, "docs/openapi.yaml", "generated", lineterm="", n=2))


if __name__ == "__main__":
    sys.exit(main())
