"""The database: whether it answers, as whom, and whether rows of one organization are kept from another."""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from tenon.delivery.doctor.findings import Finding, broken, fine, note, warning
from tenon.delivery.run.checks import without_secret
from tenon.kernel.tenancy.models import OwnedModel
from tenon.kernel.tenancy.startup import role_faults

AREA = "Database"
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relname = ANY (%s) AND relkind IN ('r', 'p') AND relnamespace = ANY (current_schemas(false)::regnamespace[])
      AND relrowsecurity AND relforcerowsecurity
"""


def answers() -> Finding:
    """Whether the database lets us in, and which it is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as fault:
        secret = connection.settings_dict.get("PASSWORD", "")
        reason = without_secret(str(fault).strip().partition("\n")[0], secret)
        return broken(AREA, f"does not answer ({reason})", "Start the database, or correct DATABASE_URL.")
    return fine(AREA, f"{_server()} answers")


def migrations() -> Iterable[Finding]:
    """Whether the tables are those that this code needs."""
    executor = MigrationExecutor(connection)
    pending = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if pending:
        names = ", ".join(f"{each.app_label}.{each.name}" for each in pending[:3])
        more = f" and {len(pending) - 3} more" if len(pending) > 3 else ""
        yield broken("Migrations", f"{len(pending)} pending: {names}{more}", "Run `manage.py migrate`.")
    else:
        yield fine("Migrations", f"all {len(executor.loader.applied_migrations or ())} applied")


def tenancy() -> Iterable[Finding]:
    """Whether the database itself keeps organizations apart."""
    area = "Organizations apart"
    if connection.vendor != "postgresql":
        yield note(area, "by the queries alone; only PostgreSQL has row-level security")
        return
    faults = role_faults(connection)
    names = [model._meta.db_table for model in apps.get_models() if issubclass(model, OwnedModel)]
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [names])
        guarded = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    for fault in faults:
        advice = "Run `manage.py database_roles`, and let DATABASE_URL name the application's role."
        yield (warning if settings.DEBUG else broken)(area, f"the role {fault}: it would see every row", advice)
    if missing := sorted(set(names) - guarded):
        yield broken(area, f"no row-level security on {', '.join(missing)}", "Run `manage.py migrate` as the owner.")
    elif not faults:
        yield fine(area, f"row-level security on {len(names)} tables holds the role {role}")


def _server() -> str:
    version = ".".join(str(part) for part in connection.get_database_version())
    match connection.vendor:
        case "postgresql":
            name = "PostgreSQL"
        case "sqlite":
            name = "SQLite"
        case _:
            name = "MariaDB" if getattr(connection, "mysql_is_mariadb", False) else "MySQL"
    where = connection.settings_dict["HOST"]
    return f"{name} {version}{f' at {where}' if where else ''}"
