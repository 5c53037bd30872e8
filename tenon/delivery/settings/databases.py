"""Django's DATABASES from the environment: one database, with the options that each engine needs."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.database_urls import database_from_url
from tenon.kernel.env import Env

# Two commands connect as somebody else than the application, where the variable names whom: the owner of the tables,
# and whoever may create the roles.
OTHER_ROLES = {"migrate": "MIGRATION_DATABASE_URL", "database_roles": "ADMIN_DATABASE_URL"}
_ENGINES = ("postgresql", "mysql", "sqlite3")

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
MYSQL_STRICT = (
    "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', innodb_lock_wait_timeout=10"
)


def from_environment(env: Env, *, base: Path, command: str = "") -> dict[str, dict[str, Any]]:
    """DATABASES for `command` (a manage.py subcommand, or "" for a server).

    DATABASE_URL, else DB_ENGINE, DB_NAME, DB_USER, DB_PASSWORD, DB_HOST and DB_PORT, else an SQLite file under var/.
    Raises ImproperlyConfigured, naming the variable.
    """
    variable = OTHER_ROLES.get(command, "")
    other = env.text(variable) if variable else ""
    named: dict[str, object]
    if other:
        named = database_from_url(other, variable=variable)
    elif url := env.text("DATABASE_URL"):
        named = database_from_url(url)
    elif env.text("DB_ENGINE", "DB_NAME"):
        named = _from_parts(env)
    else:
        (base / "var").mkdir(mode=0o700, exist_ok=True)  # the data is nobody else's
        named = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(base / "var" / "tenon.sqlite3")}
    return {"default": with_options(env, named, migrating=bool(other))}


def with_options(env: Env, named: Mapping[str, Any], *, migrating: bool = False) -> dict[str, Any]:
    """The database of `named`, with how its connections are kept and set up; what its URL asks for wins."""
    settings = _options(env, engine=named["ENGINE"], migrating=migrating)
    return {**named, **settings, "OPTIONS": {**settings["OPTIONS"], **named.get("OPTIONS", {})}}


def require_driver(database: Mapping[str, Any]) -> None:
    """Raises ImproperlyConfigured where the optional driver of MySQL and MariaDB is not installed."""
    if database["ENGINE"].endswith("mysql") and find_spec("MySQLdb") is None:
        raise ImproperlyConfigured(
            "DATABASE_URL names MySQL or MariaDB, whose driver is not installed: "
            "pip install --require-hashes -r requirements/mysql.lock"
        )


def _options(env: Env, *, engine: str, migrating: bool) -> dict[str, Any]:
    kept = {"CONN_MAX_AGE": env.integer("DB_CONN_MAX_AGE", default=600, minimum=0), "CONN_HEALTH_CHECKS": True}
    if engine.endswith("sqlite3"):
        # IMMEDIATE: a transaction that begins to write late is refused at once when another wrote meanwhile.
        return {**kept, "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}}
    if engine.endswith("mysql"):
        settings = {"charset": "utf8mb4", "isolation_level": "read committed", "init_command": MYSQL_STRICT}
        return {**kept, "OPTIONS": {**settings, "connect_timeout": 5}}
    return _postgresql(env, kept, migrating=migrating)


def _postgresql(env: Env, kept: dict[str, Any], *, migrating: bool) -> dict[str, Any]:
    # A migration may take its time, but may not queue everybody else behind a lock that it waits for.
    statement = 0 if migrating else env.integer("DB_STATEMENT_TIMEOUT", default=30, minimum=0)
    limits = f"-c lock_timeout=5s -c statement_timeout={statement}s -c idle_in_transaction_session_timeout=60s"
    # Prepared statements halve PostgreSQL's work on repeated queries; a transaction pooler before 1.21 breaks them.
    prepared = env.flag("DB_PREPARED_STATEMENTS", default=True)
    settings: dict[str, Any] = {
        "options": limits,
        "application_name": "tenon",
        "connect_timeout": 5,
        "server_side_binding": prepared,
        "prepare_threshold": 5 if prepared else None,
    }
    if size := env.integer("DB_POOL_SIZE", default=0, minimum=0):
        settings["pool"] = {"min_size": min(2, size), "max_size": size, "timeout": 5}
        kept = {**kept, "CONN_MAX_AGE": 0}
    return {**kept, "OPTIONS": settings}


def _from_parts(env: Env) -> dict[str, object]:
    engine = env.text("DB_ENGINE", default="postgresql").rpartition(".")[2]
    if engine not in _ENGINES:
        known = ", ".join(f"django.db.backends.{name}" for name in _ENGINES)
        raise ImproperlyConfigured(f"DB_ENGINE must be one of {known}.")
    if not (name := env.text("DB_NAME")):
        raise ImproperlyConfigured("DB_NAME must name the database, as DB_ENGINE is set.")
    parts = {part: env.text(f"DB_{part}") for part in ("USER", "PASSWORD", "HOST", "PORT")}
    return {"ENGINE": f"django.db.backends.{engine}", "NAME": name, **parts}
