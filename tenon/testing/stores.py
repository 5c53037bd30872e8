"""A database as an onlooker sees it: every row, past the application and its policies."""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

# Counters of requests may move when a request is refused; everything else must stay as it was.
COUNTERS = ("limits_counter",)


class Store(Protocol):
    """Read access to a whole database."""

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The result of one statement; parameters are written `%s`."""

    def tables(self) -> list[str]:
        """The names of all tables."""


@dataclass(frozen=True)
class SqliteStore:
    """A database file."""

    path: Path

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
            return connection.execute(statement.replace("%s", "?"), parameters).fetchall()

    def tables(self) -> list[str]:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        return [name for (name,) in self.rows(named)]


@dataclass(frozen=True)
class PostgresStore:
    """A database by a URL whose user may see everything."""

    url: str

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def tables(self) -> list[str]:
        named = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        return [name for (name,) in self.rows(named)]


def fingerprint(store: Store, *, without: Iterable[str] = COUNTERS) -> str:
    """SHA-256 over every row of every table: equal before and after means that nothing was stored."""
    whole = hashlib.sha256()
    left_out = set(without)
    for table in store.tables():
        if table not in left_out:
            lines = sorted(repr(row) for row in store.rows(f'SELECT * FROM "{table}"'))
            whole.update("\n".join([table, *lines]).encode())
    return whole.hexdigest()
