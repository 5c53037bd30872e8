"""DATABASES from the environment."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings import databases
from tenon.kernel.env import Env

POSTGRESQL = "postgresql://app:s%40crt@db.example.com:5433/tenon"


def default(base: Path, command: str = "", **environ: str) -> dict[str, Any]:
    return databases.from_environment(Env(environ), base=base, command=command)["default"]


def test_embedded_unless_said_otherwise(tmp_path: Path) -> None:
    database = default(tmp_path)
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "var" / "tenon.sqlite3")
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "synchronous=NORMAL" in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["timeout"] >= 5
    assert database["CONN_MAX_AGE"] == 600  # opening the file for each request costs more than most requests


def test_a_url_names_everything(tmp_path: Path) -> None:
    database = default(tmp_path, DATABASE_URL=POSTGRESQL)
    assert [database[part] for part in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "django.db.backends.postgresql",
        "tenon",
        "app",
        "s@crt",
        "db.example.com",
        "5433",
    ]
    assert not (tmp_path / "var").exists()


def test_what_a_url_asks_for_wins_over_our_own_and_leaves_the_rest(tmp_path: Path) -> None:
    options = default(tmp_path, DATABASE_URL=f"{POSTGRESQL}?sslmode=verify-full&connect_timeout=2")["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", 2)
    assert (options["application_name"], options["prepare_threshold"]) == ("tenon", 5)


def test_a_driver_that_is_missing_is_said_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mysql = {"ENGINE": "django.db.backends.mysql"}
    monkeypatch.setattr(databases, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/mysql\.lock$"):
        databases.require_driver(mysql)
    databases.require_driver({"ENGINE": "django.db.backends.sqlite3"})
    monkeypatch.setattr(databases, "find_spec", lambda name: object())
    databases.require_driver(mysql)


def test_the_parts_of_the_older_systems_are_read(tmp_path: Path) -> None:
    database = default(
        tmp_path,
        DB_ENGINE="django.db.backends.postgresql",
        DB_NAME="bus_kiosk",
        DB_USER="bus_kiosk_user",
        DB_PASSWORD="secret",
        DB_HOST="localhost",
        DB_PORT="5432",
    )
    assert (database["NAME"], database["USER"], database["HOST"]) == ("bus_kiosk", "bus_kiosk_user", "localhost")
    assert default(tmp_path, DB_NAME="tenon")["ENGINE"] == "django.db.backends.postgresql"
    assert default(tmp_path, DATABASE_URL=POSTGRESQL, DB_NAME="other")["NAME"] == "tenon"


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"DB_ENGINE": "oracle", "DB_NAME": "x"}, "DB_ENGINE must be one of"),
        ({"DB_ENGINE": "postgresql"}, "DB_NAME must name the database"),
        ({"DATABASE_URL": "oracle://x"}, "DATABASE_URL is not a database URL"),
        ({"DATABASE_URL": "postgresql://host"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": POSTGRESQL, "DB_POOL_SIZE": "many"}, "DB_POOL_SIZE must be a whole number"),
    ],
)
def test_a_mistake_names_its_variable(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        default(tmp_path, **environ)


def test_postgresql_is_kept_checked_prepared_and_bounded(tmp_path: Path) -> None:
    database = default(tmp_path, DATABASE_URL=POSTGRESQL)
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (600, True)
    options = database["OPTIONS"]
    assert (options["server_side_binding"], options["prepare_threshold"]) == (True, 5)
    assert "lock_timeout=5s" in options["options"]
    assert "statement_timeout=30s" in options["options"]
    assert "pool" not in options


def test_prepared_statements_can_be_left_out_for_a_pooler(tmp_path: Path) -> None:
    options = default(tmp_path, DATABASE_URL=POSTGRESQL, DB_PREPARED_STATEMENTS="off")["OPTIONS"]
    assert (options["server_side_binding"], options["prepare_threshold"]) == (False, None)


def test_a_pool_takes_the_place_of_kept_connections(tmp_path: Path) -> None:
    database = default(tmp_path, DATABASE_URL=POSTGRESQL, DB_POOL_SIZE="8")
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["pool"] == {"min_size": 2, "max_size": 8, "timeout": 5}


@pytest.mark.parametrize(
    ("command", "variable"), [("migrate", "MIGRATION_DATABASE_URL"), ("database_roles", "ADMIN_DATABASE_URL")]
)
def test_two_commands_connect_as_somebody_else(tmp_path: Path, command: str, variable: str) -> None:
    environ = {"DATABASE_URL": POSTGRESQL, variable: "postgresql://owner@db.example.com/tenon"}
    assert default(tmp_path, **environ)["USER"] == "app"
    other = default(tmp_path, command, **environ)
    assert other["USER"] == "owner"
    # A migration may take long, but lets nobody wait behind a lock that it cannot have.
    assert "statement_timeout=0s" in other["OPTIONS"]["options"]
    assert "lock_timeout=5s" in other["OPTIONS"]["options"]
    assert default(tmp_path, command, DATABASE_URL=POSTGRESQL)["USER"] == "app"


def test_mariadb_is_strict_and_speaks_all_of_unicode(tmp_path: Path) -> None:
    database = default(tmp_path, DATABASE_URL="mysql://root@127.0.0.1/tenon")
    assert database["ENGINE"] == "django.db.backends.mysql"
    options = database["OPTIONS"]
    assert (options["charset"], options["isolation_level"]) == ("utf8mb4", "read committed")
    assert "STRICT_TRANS_TABLES" in options["init_command"]
