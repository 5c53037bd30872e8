"""The description as `manage.py spectacular` writes it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

ADMIN = "tenon.delivery.settings.documentation.ADMIN_SPECTACULAR_SETTINGS"


@pytest.fixture(scope="session")
def descriptions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Both descriptions, of the API and of the admin API; made without a warning and valid, or this fixture fails."""
    found = {}
    for name, custom in {"api": None, "admin": ADMIN}.items():
        path: Path = tmp_path_factory.mktemp("openapi") / "openapi.yaml"
        call_command("spectacular", validate=True, fail_on_warn=True, file=str(path), custom_settings=custom)
        found[name] = yaml.load(path.read_text(), yaml.CSafeLoader)
    return found


@pytest.fixture(params=["api", "admin"])
def description(request: pytest.FixtureRequest, descriptions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Each of them."""
    return descriptions[request.param]
