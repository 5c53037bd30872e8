"""The description as `manage.py spectacular` writes it, and a house with something of everything."""

import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tenon.testing.databases import Clone
from tests.contract.house import House

ADMIN = "tenon.delivery.settings.documentation.ADMIN_SPECTACULAR_SETTINGS"


@pytest.fixture(scope="session")
def descriptions(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> dict[str, dict[str, Any]]:
    """Both descriptions, of the API and of the admin API; made without a warning and valid, or this fixture fails.

    The processes of a run share them: making them takes longer than all tests that read them.
    """
    folder = tmp_path_factory.getbasetemp().parent / f"openapi-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    found = {}
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, custom in {"api": None, "admin": ADMIN}.items():
            path = folder / f"{name}.yaml"
            if not path.exists():
                _describe(path, custom)
            found[name] = yaml.load(path.read_text(), yaml.CSafeLoader)
    return found


def _describe(path: Path, custom: str | None) -> None:
    draft = path.with_suffix(".draft")
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(draft), custom_settings=custom)
    draft.rename(path)


@pytest.fixture(params=["api", "admin"])
def description(request: pytest.FixtureRequest, descriptions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Each of them."""
    return descriptions[request.param]


@pytest.fixture(scope="module")
def house(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """One for all tests of a module: what any of them changes is rolled back, this is not."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield House()
