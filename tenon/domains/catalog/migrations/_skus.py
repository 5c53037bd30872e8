"""The triggers that keep the table of SKUs in step with products and variants, on each engine, and what it begins with.

Part of the migrations that name it, and not changed after a release.
"""

from collections.abc import Iterator
from typing import Any

_TABLES = ("catalog_product", "catalog_productvariant")
_INTO = "INTO catalog_sku (id, organization_id, created_at, updated_at, version, sku)"
_COLUMNS = ("id", "organization_id", "created_at", "updated_at", "1", "sku")
_NEW = ", ".join(each if each == "1" else f"NEW.{each}" for each in _COLUMNS)
_ADD = f"INSERT {_INTO} VALUES ({_NEW});"
_FORGET = "DELETE FROM catalog_sku WHERE id = OLD.id;"
_EVENTS = ("added", "changed", "removed")


def install(apps: Any, schema_editor: Any) -> None:
    """The triggers first, so that nothing is written in between; of two that share an SKU, the product is kept."""
    vendor = schema_editor.connection.vendor
    for statement in (*_TRIGGERS[vendor](), *_BEGINNINGS[vendor]()):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again, before the table goes."""
    vendor = schema_editor.connection.vendor
    on = "ON {}" if vendor == "postgresql" else ""
    for table in _TABLES:
        for event in _EVENTS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_sku_{event} {on.format(table)}", params=None)
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS catalog_keep_sku()", params=None)


def triggers() -> Iterator[str]:
    """Those of SQLite, which drops them with a table that a later migration makes anew."""
    for table in _TABLES:
        named = f"CREATE TRIGGER {table}_sku_"
        yield f"{named}added AFTER INSERT ON {table} BEGIN {_ADD} END"
        yield f"{named}changed AFTER UPDATE ON {table} WHEN OLD.sku <> NEW.sku BEGIN {_FORGET} {_ADD} END"
        yield f"{named}removed AFTER DELETE ON {table} BEGIN {_FORGET} END"


def _on_mysql() -> Iterator[str]:
    for table in _TABLES:
        named, each = f"CREATE TRIGGER {table}_sku_", f"ON {table} FOR EACH ROW BEGIN"
        yield f"{named}added AFTER INSERT {each} {_ADD} END"
        yield f"{named}changed AFTER UPDATE {each} IF OLD.sku <> NEW.sku THEN {_FORGET} {_ADD} END IF; END"
        yield f"{named}removed AFTER DELETE {each} {_FORGET} END"


def _on_postgresql() -> Iterator[str]:
    yield f"""
        CREATE FUNCTION catalog_keep_sku() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT {_INTO} SELECT {", ".join(_COLUMNS)} FROM added;
                RETURN NULL;
            END IF;
            {_FORGET}
            IF TG_OP = 'UPDATE' THEN
                {_ADD}
            END IF;
            RETURN NULL;
        END $$
    """  # nosec B608 - every name in it is one of ours
    for table in _TABLES:
        named, run = f"CREATE TRIGGER {table}_sku_", "EXECUTE FUNCTION catalog_keep_sku()"
        yield f"{named}added AFTER INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT {run}"
        yield f"{named}changed AFTER UPDATE ON {table} FOR EACH ROW WHEN (OLD.sku <> NEW.sku) {run}"
        yield f"{named}removed AFTER DELETE ON {table} FOR EACH ROW {run}"


def _copied(insert: str, unless_known: str = "") -> Iterator[str]:
    for table in _TABLES:
        yield f"{insert} {_INTO} SELECT {', '.join(_COLUMNS)} FROM {table} {unless_known}"  # nosec B608


def _copied_past_the_policies() -> Iterator[str]:
    """The owner of a table sees every row of it while its policies are not forced on it, which only this sees."""
    for table in _TABLES:
        yield f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
    yield from _copied("INSERT", "ON CONFLICT DO NOTHING")
    for table in _TABLES:
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"


_TRIGGERS = {"postgresql": _on_postgresql, "sqlite": triggers, "mysql": _on_mysql}
_BEGINNINGS = {
    "postgresql": _copied_past_the_policies,
    "sqlite": lambda: _copied("INSERT OR IGNORE"),
    "mysql": lambda: _copied("INSERT IGNORE"),
}
