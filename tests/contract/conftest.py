"""The description as `manage.py spectacular` writes it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command


@pytest.fixture(scope="session")
def description(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole description; made without a warning and valid, or this fixture fails."""
    path: Path = tmp_path_factory.mktemp("openapi") / "openapi.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path))
    loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    return loaded
