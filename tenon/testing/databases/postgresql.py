"""Copies of a template database, made by an administrator, migrated by the owner, used as the application role."""

import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from tenon.kernel.tenancy.roles import Roles, statements
from tenon.testing.databases.clone import KEEP_SECONDS, PREFIX, Clone, Server, require_ours
from tenon.testing.databases.template import fingerprint, migrate

ROLES = Roles(owner=f"{PREFIX}_owner", application=f"{PREFIX}_app", system=f"{PREFIX}_system")
_LOCK = 7_305_110_423_001  # any number that no other program takes on this server


class PostgresqlServer(Server):
    """One cluster. The named user must be able to create roles and databases."""

    @property
    def template(self) -> str:
        return f"{PREFIX}_template_{fingerprint()}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self.connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield

    def prepare(self, *, anew: bool = False) -> None:
        with self.connect() as admin:
            known = self._last_used(admin)
            for name, used in known.items():
                if used < time.time() - KEEP_SECONDS or (anew and name == self.template):
                    self.drop(name)
            if anew or self.template not in known:
                self._migrate(admin)
            self._mark_used(admin, self.template)

    def create(self, name: str) -> Clone:
        with self.connect() as admin:
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
            admin.execute(command.format(*map(sql.Identifier, (name, self.template, ROLES.owner))))
            self._mark_used(admin, name)
        return self._clone(name)

    def drop(self, name: str) -> None:
        require_ours(name)
        with self.connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def line(self) -> str:
        with self.connect() as admin:
            version = admin.info.parameter_status("server_version")
        return f"PostgreSQL {version}, as {ROLES.application} under row-level security"

    def connect(self, name: str = "") -> psycopg.Connection[Any]:
        """As the administrator, in the named database or in `name`; each statement commits."""
        facts: Mapping[str, Any] = {
            "dbname": name or self.named["NAME"],
            "user": self.named["USER"],
            "password": self.named["PASSWORD"],
            "host": self.named["HOST"],
            "port": self.named["PORT"],
        }
        return psycopg.connect(autocommit=True, **{key: value for key, value in facts.items() if value})

    def _migrate(self, admin: psycopg.Connection[Any]) -> None:
        template = sql.Identifier(self.template)
        self.drop(self.template)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(template))
        with self.connect(self.template) as inside:
            cursor = inside.cursor()
            for statement in statements(cursor, ROLES, self._passwords(), {}):
                cursor.execute(statement)
        migrate(self._clone(self.template).migration_url)
        # A template cannot be copied while somebody is connected to it.
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(template))

    def _clone(self, name: str) -> Clone:
        facts = {
            "NAME": name,
            "USER": ROLES.application,
            "PASSWORD": self._passwords()[ROLES.application],
            "HOST": self.named["HOST"],
            "PORT": self.named["PORT"],
        }
        return Clone(facts, self._url(name, ROLES.application), self._url(name, ROLES.owner))

    def _url(self, name: str, role: str) -> str:
        host, port = self.named["HOST"] or "127.0.0.1", self.named["PORT"] or "5432"
        return f"postgresql://{role}:{quote(self._passwords()[role], safe='')}@{host}:{port}/{name}"

    def _passwords(self) -> dict[str, str]:
        """Known to whoever knows the administrator's, and the same in every run."""
        key = f"{PREFIX}:{self.named['PASSWORD']}".encode()
        roles = (ROLES.owner, ROLES.application)
        return {role: hmac.digest(key, role.encode(), hashlib.sha256).hex() for role in roles}

    def _last_used(self, admin: psycopg.Connection[Any]) -> dict[str, float]:
        """When each whole database of the suite was last used, in seconds since the epoch."""
        rows = admin.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE %s",
            [f"{PREFIX}\\_%"],
        ).fetchall()
        return {name: float(comment) for name, comment in rows if comment}

    def _mark_used(self, admin: psycopg.Connection[Any], name: str) -> None:
        admin.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(str(int(time.time()))))
        )
