"""Databases of the suite's own: one template, migrated once, and copies of it that end with the run.

They stand beside the database that TEST_DATABASE_URL names; nothing whose name does not begin with `tenon_test` is
ever touched. On PostgreSQL the tests connect as an application role that row-level security holds back.
"""

from functools import cache

from django.conf import settings

from tenon.testing.databases.clone import Clone, Server
from tenon.testing.databases.mariadb import MariadbServer
from tenon.testing.databases.postgresql import PostgresqlServer
from tenon.testing.databases.sqlite import SqliteServer

__all__ = ["Clone", "Server", "server"]

_SERVERS: dict[str, type[Server]] = {
    "postgresql": PostgresqlServer,
    "mysql": MariadbServer,
    "sqlite3": SqliteServer,
}


@cache
def server() -> Server:
    """Where this run's databases live, from the settings as they were before any test."""
    named = dict(settings.DATABASES["default"])
    return _SERVERS[named["ENGINE"].rpartition(".")[2]](named)
