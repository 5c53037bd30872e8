"""Copies of a template database, table by table: MariaDB has no command for it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from typing import Any
from urllib.parse import quote

from tenon.testing.databases.clone import KEEP_SECONDS, PREFIX, Clone, Server, require_ours
from tenon.testing.databases.template import fingerprint, migrate

_PATIENCE = 60  # seconds
_MARK = f"{PREFIX}_used"  # a table of one row that says when a database was last used; made last, so it means: whole


class MariadbServer(Server):
    """One server. The named user must be able to create databases; the tests connect as the same."""

    @property
    def template(self) -> str:
        return f"{PREFIX}_template_{fingerprint()}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._cursor() as cursor:
            cursor.execute("SELECT GET_LOCK(%s, 600)", [PREFIX])
            yield

    def prepare(self, *, anew: bool = False) -> None:
        with self._cursor() as cursor:
            known = self._last_used(cursor)
            for name, used in known.items():
                if used < time.time() - KEEP_SECONDS:
                    self.drop(name)
            if anew or self.template not in known:
                self._create_empty(self.template)
                migrate(self._url(self.template))
            self._mark_used(cursor, self.template)

    def create(self, name: str) -> Clone:
        self._create_empty(name)
        with self._cursor(name) as cursor:
            cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0")
            cursor.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_name <> %s",
                [self.template, _MARK],
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"SHOW CREATE TABLE `{self.template}`.`{table}`")
                cursor.execute(cursor.fetchone()[1])
                cursor.execute(f"INSERT INTO `{table}` SELECT * FROM `{self.template}`.`{table}`")
            cursor.execute(
                "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = %s", [self.template]
            )
            for (trigger,) in cursor.fetchall():
                cursor.execute(f"SHOW CREATE TRIGGER `{self.template}`.`{trigger}`")
                cursor.execute(cursor.fetchone()[2])
            self._mark_used(cursor, name)
        return Clone({"NAME": name}, self._url(name), self._url(name))

    @contextmanager
    def lent(self, name: str) -> Iterator[Clone]:
        """A copy that was given back is emptied and lent again, unless somebody has changed its tables."""
        clone = self.spares.pop() if self.spares else None
        if clone is None:
            with self.locked():
                self.prepare()
                clone = self.create(name)
        yield clone
        if self._shape(clone.name) == self._template_shape:
            self.renew(clone.name)
            self.spares.append(clone)
        else:
            self.drop(clone.name)

    @contextmanager
    def crowd(self, size: int) -> Iterator[None]:
        """One crowd at a time, which waits until there is room: the server counts those who have left for a moment."""
        with self._cursor() as cursor:
            cursor.execute("SELECT GET_LOCK(%s, 600)", [f"{PREFIX}_crowd"])
            end = time.monotonic() + _PATIENCE
            while (room := self._room(cursor)) < size:
                if time.monotonic() > end:
                    raise RuntimeError(f"The server has room for {room} more connections, and not for {size}.")
                time.sleep(0.02)
            yield

    def _room(self, cursor: Any) -> int:
        cursor.execute(
            "SELECT @@max_connections - variable_value FROM information_schema.global_status"
            " WHERE variable_name = 'Threads_connected'"
        )
        return int(cursor.fetchone()[0])

    def renew(self, name: str) -> None:
        """The tables stay, and only those that hold something else are filled anew: to make them all takes seconds."""
        require_ours(name)
        with self._cursor(name) as cursor:
            # A transaction that a test has left open would hold this up for a day.
            cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0, lock_wait_timeout = 30")
            wanted = self._template_sums
            present = self._sums(cursor, name, wanted)
            stale = self._filled(cursor, name) | {table for table in wanted if present[table] != wanted[table]}
            stale -= {table for table in wanted if present[table] == wanted[table]}
            for table in sorted(stale):
                cursor.execute(f"TRUNCATE TABLE `{name}`.`{table}`")
            for table in sorted(stale & wanted.keys()):
                cursor.execute(f"INSERT INTO `{name}`.`{table}` SELECT * FROM `{self.template}`.`{table}`")

    @cached_property
    def _template_shape(self) -> list[tuple[str, str, str]]:
        return self._shape(self.template)

    @cached_property
    def _template_sums(self) -> dict[str, int]:
        """A checksum of each table in which the migrations have left something."""
        with self._cursor() as cursor:
            return self._sums(cursor, self.template, self._filled(cursor, self.template))

    def _sums(self, cursor: Any, name: str, tables: Iterable[str]) -> dict[str, int]:
        cursor.execute("CHECKSUM TABLE " + ", ".join(f"`{name}`.`{table}`" for table in tables))
        return {table.partition(".")[2]: number for table, number in cursor.fetchall()}

    def _shape(self, name: str) -> list[tuple[str, str, str]]:
        """What a database consists of, without what is in it: columns, keys and triggers."""
        with self._cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = %s"
                " UNION ALL SELECT table_name, index_name, column_name FROM information_schema.statistics"
                " WHERE table_schema = %s"
                " UNION ALL SELECT event_object_table, trigger_name, action_statement FROM information_schema.triggers"
                " WHERE trigger_schema = %s ORDER BY 1, 2, 3",
                [name, name, name],
            )
            return list(cursor.fetchall())

    def _filled(self, cursor: Any, name: str) -> set[str]:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_name <> %s",
            [name, _MARK],
        )
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM `{name}`.`{table}` LIMIT 1)" for table in tables))
        return {table for (table,) in cursor.fetchall()}

    def drop(self, name: str) -> None:
        require_ours(name)
        with self._cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")

    def line(self) -> str:
        with self._cursor() as cursor:
            cursor.execute("SELECT version()")
            return f"MariaDB {cursor.fetchone()[0]}, as {self.named['USER']}"

    def _create_empty(self, name: str) -> None:
        self.drop(name)
        with self._cursor() as cursor:
            cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")

    def _url(self, name: str) -> str:
        secret = f":{quote(self.named['PASSWORD'], safe='')}" if self.named["PASSWORD"] else ""
        return f"mysql://{self.named['USER']}{secret}@{self.named['HOST']}:{self.named['PORT'] or 3306}/{name}"

    @contextmanager
    def _cursor(self, name: str = "") -> Iterator[Any]:
        import MySQLdb  # an optional dependency

        facts = {
            **({"db": name} if name else {}),
            "user": self.named["USER"],
            "password": self.named["PASSWORD"],
            "host": self.named["HOST"],
            "port": int(self.named["PORT"] or 3306),
        }
        with closing(MySQLdb.connect(charset="utf8mb4", autocommit=True, **facts)) as connection:
            yield connection.cursor()

    def _last_used(self, cursor: Any) -> dict[str, float]:
        import MySQLdb  # an optional dependency

        cursor.execute("SELECT table_schema FROM information_schema.tables WHERE table_name = %s", [_MARK])
        used = {}
        for (name,) in cursor.fetchall():
            with suppress(MySQLdb.ProgrammingError):  # it was dropped since
                cursor.execute(f"SELECT used FROM `{name}`.`{_MARK}`")
                used[name] = float(cursor.fetchone()[0])
        return used

    def _mark_used(self, cursor: Any, name: str) -> None:
        cursor.execute(f"CREATE OR REPLACE TABLE `{name}`.`{_MARK}` SELECT {int(time.time())} AS used")
