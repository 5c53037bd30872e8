"""How a template comes about: `manage.py migrate` in a process of its own, once for each state of the migrations."""

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

from tenon.kernel import tenancy


@cache
def fingerprint() -> str:
    """16 hex characters over all that a migrated database depends on."""
    folders = [Path(config.path) / "migrations" for config in apps.get_app_configs()]
    ours = [Path(str(tenancy.__file__)).parent / name for name in ("operations.py", "roles.py")]
    whole = hashlib.sha256()
    for path in [*sorted(path for folder in folders for path in folder.glob("*.py")), *ours, Path(__file__)]:
        whole.update(b"\0".join([path.parent.as_posix().encode(), path.name.encode(), path.read_bytes(), b""]))
    return whole.hexdigest()[:16]


def migrate(url: str) -> None:
    """Bring the empty database at `url` to the newest state. Raises RuntimeError with what `migrate` said."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.test",
            "TEST_PROCESS_DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The template could not be migrated:\n{done.stdout}{done.stderr}")
