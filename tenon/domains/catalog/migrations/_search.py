"""Which statements make the documents of the search, on each engine. Part of the migrations that name it."""

from typing import Any

from tenon.domains.catalog.migrations import _search_mysql, _search_postgresql, _search_sqlite

_ENGINES = {"postgresql": _search_postgresql, "sqlite": _search_sqlite, "mysql": _search_mysql}


def install(apps: Any, schema_editor: Any) -> None:
    """Column, indexes, functions and triggers."""
    for statement in _ENGINES[schema_editor.connection.vendor].install(schema_editor):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again, before the table goes."""
    for statement in _ENGINES[schema_editor.connection.vendor].remove(schema_editor):
        schema_editor.execute(statement, params=None)
