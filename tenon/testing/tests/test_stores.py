"""A look at a whole database: what changed is noticed, counters apart."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tenon.testing.stores import SqliteStore, fingerprint


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    path = tmp_path / "database.sqlite3"
    _write(
        path, "CREATE TABLE person (name)", "CREATE TABLE limits_counter (hits)", "INSERT INTO person VALUES ('Ada')"
    )
    return SqliteStore(path)


def _write(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_rows_are_found_by_parameters(store: SqliteStore) -> None:
    assert store.tables() == ["limits_counter", "person"]
    assert store.rows("SELECT name FROM person WHERE name = %s", ["Ada"]) == [("Ada",)]
    assert store.rows("SELECT name FROM person WHERE name = %s", ["Bob"]) == []


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO person VALUES ('Bob')",
        "UPDATE person SET name = 'Eve'",
        "DELETE FROM person",
        "CREATE TABLE another (name)",
    ],
)
def test_any_change_changes_the_fingerprint(store: SqliteStore, change: str) -> None:
    before = fingerprint(store)
    assert fingerprint(store) == before
    _write(store.path, change)
    assert fingerprint(store) != before


def test_counters_do_not(store: SqliteStore) -> None:
    before = fingerprint(store)
    _write(store.path, "INSERT INTO limits_counter VALUES (1)")
    assert fingerprint(store) == before
