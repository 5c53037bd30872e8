"""Copies of a template database, table by table: MariaDB has no command for it."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import quote

from tenon.testing.databases.clone import KEEP_SECONDS, PREFIX, Clone, Server, require_ours
from tenon.testing.databases.template import fingerprint, migrate

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

    def renew(self, name: str) -> None:
        """The tables stay, and only those that hold something are filled anew: to make them all takes seconds."""
        require_ours(name)
        with self._cursor(name) as cursor:
            cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0")
            filled = {where: self._filled(cursor, where) for where in (name, self.template)}
            for table in sorted(filled[name] | filled[self.template]):
                cursor.execute(f"TRUNCATE TABLE `{name}`.`{table}`")
            for table in sorted(filled[self.template]):
                cursor.execute(f"INSERT INTO `{name}`.`{table}` SELECT * FROM `{self.template}`.`{table}`")

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
