"""Says whether the descriptions under `docs/` are what the code generates, without a warning."""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Description -> what its generation is told beyond the settings.
DESCRIPTIONS = {
    "docs/openapi.yaml": [],
    "docs/openapi-admin.yaml": [
        "--custom-settings",
        "tenon.delivery.settings.documentation.ADMIN_SPECTACULAR_SETTINGS",
    ],
}


def main(arguments: list[str]) -> int:
    write = "--write" in arguments
    return max([_generate(name, options, write=write) for name, options in DESCRIPTIONS.items()])


def _generate(name: str, options: list[str], *, write: bool) -> int:
    committed = ROOT / name
    with tempfile.TemporaryDirectory() as folder:
        fresh = committed if write else Path(folder) / "openapi.yaml"
        command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)]
        if subprocess.run([*command, *options], cwd=ROOT, check=False).returncode != 0:
            return 1
        difference = compare(committed.read_text() if committed.is_file() else "", fresh.read_text(), name=name)
    if difference:
        print(f"{name} is not what the code generates; `make schema` writes it anew.")
        print("\n".join(difference[:60]))
        return 1
    return 0


def compare(committed: str, fresh: str, *, name: str) -> list[str]:
    """A unified diff, empty when both are the same."""
    pair = (committed.splitlines(), fresh.splitlines())
    return list(difflib.unified_diff(*pair, name, "generated", lineterm="", n=2))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
