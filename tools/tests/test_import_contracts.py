"""Each import contract of pyproject.toml breaks on the import that it is there to refuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

# A small house: every tier, two domains, two platform apps, the layers inside an app.
HOUSE = {
    "kernel/clock.py": "",
    "kernel/errors.py": "",
    "platform/identity/models.py": "from tenon.platform.identity import events",
    "platform/identity/events.py": "from tenon.kernel import errors",
    "platform/identity/services.py": "from tenon.platform.identity import models",
    "platform/identity/api/views.py": "from tenon.platform.identity import services",
    "platform/organizations/models.py": "",
    "platform/organizations/handlers.py": "from tenon.platform.identity import events",
    "domains/catalog/services.py": "",
    "domains/orders/services.py": "from tenon.domains.catalog import services",
    "domains/transit/services.py": "",
    "delivery/urls.py": "from tenon.platform.identity import services",
    "testing/client.py": "from tenon.delivery import urls",
}


def build(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / "tenon" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    for folder in [root / "tenon", *(path for path in (root / "tenon").rglob("*") if path.is_dir())]:
        (folder / "__init__.py").touch()


def broken(root: Path) -> list[str]:
    """The names of the contracts that import-linter calls broken."""
    done = subprocess.run(
        [str(LINT), "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=root,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{root}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if " BROKEN" in line]


def test_a_house_in_order_keeps_every_contract(tmp_path: Path):
    build(tmp_path, HOUSE)
    assert broken(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "contract"),
    [
        ("kernel/clock.py", "from tenon.platform.identity import services", "Tiers"),
        ("plugins/thing.py", "", "Tiers"),
        ("domains/orders/services.py", "from tenon.domains.transit import services", "Domains are siblings"),
        ("domains/billing/services.py", "", "Domains are siblings"),
        ("platform/identity/services.py", "from tenon.platform.organizations import events", "Platform order"),
        ("platform/billing/services.py", "", "Platform order"),
        ("platform/identity/events.py", "from tenon.platform.identity import services", "Inside every app"),
        ("platform/identity/utils.py", "", "Inside every app"),
        ("platform/identity/services.py", "import rest_framework", "Business rules know no HTTP"),
        ("delivery/urls.py", "from tenon.platform.identity import models", "An app's internals are its own"),
        ("delivery/urls.py", "from tenon.platform.identity.api import views", "An app's internals are its own"),
        ("kernel/errors.py", "from tenon.kernel import clock", "No cycles anywhere"),
    ],
)
def test_each_contract_can_break(tmp_path: Path, name: str, text: str, contract: str):
    files = {**HOUSE, name: text, "platform/organizations/events.py": ""}
    if contract == "No cycles anywhere":
        files["kernel/clock.py"] = "from tenon.kernel import errors"
    build(tmp_path, files)
    found = broken(tmp_path)
    assert any(each.startswith(contract) for each in found), found
