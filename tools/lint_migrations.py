"""Looks at every migration of ours: what an older version of the code, still running, would trip over (by
django-migration-linter), and what would lock a large table of PostgreSQL (by squawk, on the SQL that would be run).

No server is needed for that SQL: it is collected as `sqlmigrate` does, from the migrations alone.
"""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.test")

import django  # noqa: E402 - the path and the settings come first
from django.apps import apps  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.utils import ConnectionHandler  # noqa: E402
from django_migration_linter import MigrationLinter  # noqa: E402
from psycopg.sql import quote  # noqa: E402

OLDEST_POSTGRESQL = 15
Statements = Mapping[tuple[str, str], list[str]]


def main() -> int:
    django.setup()
    logging.disable(logging.INFO)
    labels = sorted(app.label for app in apps.get_app_configs() if app.name.startswith("tenon."))
    statements = {key: postgresql_sql(*key) for key in own_migrations(labels)}
    breaks, locks = is_incompatible(labels, statements), has_locks(statements)
    print(f"note: {len(statements)} migrations looked at")
    return 1 if breaks or locks or not statements else 0


def own_migrations(labels: list[str]) -> list[tuple[str, str]]:
    """App label and name of every migration of `labels`."""
    return sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in labels)


def postgresql_sql(label: str, name: str) -> list[str]:
    """The statements of one migration as PostgreSQL would be given them."""
    settings = {"ENGINE": "django.db.backends.postgresql", "NAME": "never-connected-to"}
    connection: Any = ConnectionHandler({"default": settings})["default"]
    # Two things that Django asks the server for.
    connection.pg_version = OLDEST_POSTGRESQL * 10000
    connection.ops.compose_sql = lambda sql, params: sql % tuple(quote(value) for value in params)
    loader = MigrationLoader(None)
    migration, state = loader.graph.nodes[label, name], loader.project_state((label, name), at_end=False)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    collected: list[str] = editor.collected_sql
    return ["BEGIN;", *collected, "COMMIT;"] if migration.atomic else collected


def is_incompatible(labels: list[str], statements: Statements) -> bool:
    """Whether a migration breaks the code before it; the linter prints which and why."""

    class Linter(MigrationLinter):
        def get_sql(self, app_label: str, migration_name: str) -> list[str]:
            return statements.get((app_label, migration_name), [])

    linter = Linter(include_apps=labels, no_cache=True, quiet=["ok", "ignore"], analyser_string="postgresql")
    linter.lint_all_migrations()
    return bool(linter.has_errors)


def has_locks(statements: Statements) -> bool:
    """Whether squawk objects to a statement; it prints which and why. `.squawk.toml` says what it looks for."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{label}-{name}.sql" for label, name in statements]
        for file, lines in zip(files, statements.values(), strict=True):
            file.write_text("\n".join(lines))
        squawk = [str(Path(sys.executable).parent / "squawk"), "--config", str(ROOT / ".squawk.toml")]
        return subprocess.run([*squawk, "--reporter", "gcc", *map(str, files)], check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
