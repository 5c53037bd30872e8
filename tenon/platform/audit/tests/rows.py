"""Audit rows for tests, and somebody who changes them past the application."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import services
from tenon.platform.audit.models import Entry
from tenon.testing.databases import server
from tenon.testing.databases.postgresql import PostgresqlServer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 3, 1, 12, 0, tzinfo=UTC)
_NAMED = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'audit_%' AND NOT tgisinternal"


def add(organization_id: UUID | None, count: int = 1, *, since: datetime = NOW, **values: Any) -> list[UUID]:
    """Rows of an organization, a second apart."""
    return [
        services.record(
            **{
                "action": "tests:thing:changed",
                "target_type": "thing",
                "target_id": uuid4(),
                "organization_id": organization_id,
                "parameters": {"number": number},
                "now": since + timedelta(seconds=number),
                **values,
            }
        )
        for number in range(count)
    ]


def entry(entry_id: UUID) -> Entry:
    """A row as it stands, with its detail."""
    with system_scope(reason="a test looks", read_only=True):
        return Entry.objects.select_related("detail").get(pk=entry_id)


def tamper(statement: str, parameters: Sequence[Any] = ()) -> None:
    """Run `statement` as somebody who may do everything and has taken the triggers down; `?` stand for values."""
    if connection.vendor == "postgresql":
        admin = server()
        assert isinstance(admin, PostgresqlServer)
        with admin.connect(str(connection.settings_dict["NAME"])) as superuser, superuser.transaction():
            named = superuser.execute(_NAMED).fetchall()
            for table, name in named:
                superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}".encode())
            superuser.execute(statement.replace("?", "%s").encode(), parameters)
            for table, name in named:
                superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())
        return
    with transaction.atomic(), connection.cursor() as cursor:
        triggers = _triggers(cursor)
        for name in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement.replace("?", "%s"), [_plain(value) for value in parameters])
        for create in triggers.values():
            cursor.execute(create)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value) if connection.features.has_native_uuid_field else value.hex
    return value


def _triggers(cursor: Any) -> dict[str, str]:
    """The triggers of the audit log, as the statements that make them."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
        return dict(cursor.fetchall())
    cursor.execute("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()")
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f"SHOW CREATE TRIGGER {name}")
        found[name] = cursor.fetchone()[2]
    return found
