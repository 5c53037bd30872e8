"""Many new rows of an owned table at once, out of tuples: for loads that model instances would make slow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from tenon.kernel.ids import new_id
from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.models import OwnedModel
from tenon.kernel.tenancy.scope import ScopeKind

Row = Sequence[Any]
_Fields = Mapping[str, "models.Field[Any, Any]"]


def insert_rows(model: type[OwnedModel], names: Sequence[str], rows: Iterable[Row], *, now: datetime) -> None:
    """Insert `rows`, which have the values of the columns `names`, as rows of the open organization scope.

    Ids are made where `names` has none. Rows are made and changed at `now`, and have their fields' defaults in every
    other column. Nothing is validated but by the database. One statement on PostgreSQL, behind a COPY into a temporary
    table: COPY itself is refused where row-level security holds. Raises NoScope, ScopeConflict.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    scope = scopes.require_writable(connection)
    if scope.kind is not ScopeKind.ORGANIZATION:
        raise NoScope(f"Nothing says whose the new rows of {model._meta.label} are: open an organization_scope.")
    if "id" not in names:
        names, rows = ("id", *names), ((new_id(), *row) for row in rows)
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    named = {name: fields.pop(name) for name in names}
    moments = {"created_at", "updated_at"}
    same = {name: now if name in moments else field.get_default() for name, field in fields.items()}
    values = [field.get_db_prep_save(same[name], connection) for name, field in fields.items()]
    write = _copy if connection.vendor == "postgresql" else _insert
    write(connection, model._meta.db_table, named, rows, fields, values)


def _copy(
    connection: BaseDatabaseWrapper, table: str, named: _Fields, rows: Iterable[Row], others: _Fields, values: list[Any]
) -> None:
    into, staged = connection.ops.quote_name(table), connection.ops.quote_name(f"staged_{table}")
    copied = _columns(connection, named)
    casts = "".join(f", %s::{field.db_type(connection)}" for field in others.values())
    texts = [place for place, field in enumerate(named.values()) if isinstance(field, models.JSONField)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS SELECT {copied} FROM {into} WITH NO DATA"  # nosec B608
        )
        with cursor.copy(f"COPY pg_temp.{staged} ({copied}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(_with_texts(row, texts))
        cursor.execute(
            f"INSERT INTO {into} ({copied}, {_columns(connection, others)}) "  # nosec B608
            f"SELECT {copied}{casts} FROM pg_temp.{staged}",
            values,
        )
        cursor.execute(f"DROP TABLE pg_temp.{staged}")


def _with_texts(row: Row, texts: Sequence[int]) -> Row:
    """A row with its JSON written out."""
    if not texts:
        return row
    written = list(row)
    for place in texts:
        written[place] = orjson.dumps(row[place]).decode()
    return written


def _insert(
    connection: BaseDatabaseWrapper, table: str, named: _Fields, rows: Iterable[Row], others: _Fields, values: list[Any]
) -> None:
    forms: list[Callable[..., Any]] = [field.get_db_prep_save for field in named.values()]
    given = [(*(form(each, connection) for form, each in zip(forms, row, strict=True)), *values) for row in rows]
    columns = _columns(connection, {**named, **others})
    places = ", ".join(["%s"] * (len(named) + len(others)))
    if given:
        with connection.cursor() as cursor:
            # Each driver makes few statements of it, in its own way.
            cursor.executemany(
                f"INSERT INTO {connection.ops.quote_name(table)} ({columns}) VALUES ({places})",  # nosec B608
                given,
            )


def _columns(connection: BaseDatabaseWrapper, fields: _Fields) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields.values())
