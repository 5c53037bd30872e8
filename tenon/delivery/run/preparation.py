"""Brings database and static files to the state that this code needs; quick when they are there already."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenon.delivery.run.errors import CannotStart

Say = Callable[[str], None]


def migrate(*, say: Say) -> None:
    """Applies what is pending, in a process that alone gets to know the owner of the tables (MIGRATION_DATABASE_URL).

    Raises CannotStart.
    """
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if pending:
        say(f"applying {pending} migration{'' if pending == 1 else 's'} …")
        _manage("migrate", "--no-input", "--verbosity=0")


def collect_static(*, say: Say) -> None:
    """Copies, hashes and compresses the static files when any of them is new or changed. Raises CannotStart."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    state = _fingerprint()
    if not stamp.is_file() or stamp.read_text() != state:
        say("collecting static files …")
        _manage("collectstatic", "--no-input", "--clear", "--verbosity=0")
        stamp.write_text(state)


def _manage(*arguments: str) -> None:
    """A `manage.py` command of its own: settings differ with the command."""
    done = subprocess.run([sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments], check=False)
    if done.returncode != 0:
        raise CannotStart(f"`manage.py {arguments[0]}` failed; the reason stands above.")


def _fingerprint() -> str:
    """Names, sizes and times of all static files."""
    facts = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            facts.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()
