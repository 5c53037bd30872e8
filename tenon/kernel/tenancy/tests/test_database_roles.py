"""`manage.py database_roles` on a database of its own, with roles of its own."""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors, sql
from pytest_django import DjangoDbBlocker

from tenon.kernel.tenancy.roles import Roles
from tenon.testing.databases import Clone, server
from tenon.testing.databases.clone import PREFIX
from tenon.testing.databases.postgresql import PostgresqlServer

Run = Callable[..., str]

LOGIN, NO_LOGIN = (True, *[False] * 6), (False, *[False] * 6)
SECRET = "the secret of a test"


def test_another_engine_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "vendor", "sqlite")
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("database_roles")


@pytest.mark.postgresql
class TestOnPostgresql:
    @pytest.fixture
    def admin(self, cloned_database: Clone) -> Iterator[psycopg.Connection[Any]]:
        """The administrator, in a database of the test's own."""
        cluster = server()
        assert isinstance(cluster, PostgresqlServer)
        with cluster.connect(cloned_database.name) as connected:
            yield connected

    @pytest.fixture
    def roles(self, admin: psycopg.Connection[Any], worker_id: str) -> Iterator[Roles]:
        """Names that no other process uses, since roles belong to the whole server; gone at the end."""
        word = f"{PREFIX}_{os.getpid()}_{worker_id}"
        roles = Roles(f"{word}_owner", f"{word}_app", f"{word}_system")
        yield roles
        for name in (roles.owner, roles.application, roles.system):
            forget(admin, name)

    @pytest.fixture
    def facts(self, cloned_database: Clone) -> dict[str, str]:
        """How the administrator connects."""
        named = server().named
        return {**cloned_database.facts, "USER": named["USER"], "PASSWORD": named["PASSWORD"]}

    @pytest.fixture
    def run(self, facts: dict[str, str], roles: Roles, django_db_blocker: DjangoDbBlocker) -> Run:
        """The command, as the administrator unless `facts` say otherwise; its output."""

        def run(*arguments: str, facts: dict[str, str] = facts) -> str:
            out = io.StringIO()
            named = ["--owner", roles.owner, "--application", roles.application, "--system", roles.system]
            with django_db_blocker.unblock(), Clone(facts, "", "").in_use():
                call_command("database_roles", *named, *arguments, stdout=out)
            return out.getvalue()

        return run

    def test_a_dry_run_shows_the_sql_and_does_nothing(
        self,
        run: Run,
        roles: Roles,
        admin: psycopg.Connection[Any],
        monkeypatch: pytest.MonkeyPatch,
    ):
        monkeypatch.setenv("DATABASE_OWNER_PASSWORD", SECRET)
        shown = run("--dry-run").splitlines()
        assert f'CREATE ROLE "{roles.application}" LOGIN NOINHERIT;' in shown
        assert f'CREATE ROLE "{roles.system}" NOLOGIN NOINHERIT;' in shown
        assert f"ALTER ROLE \"{roles.owner}\" PASSWORD '…';" in shown
        assert not [line for line in shown if SECRET in line or "SCRAM" in line]
        assert attributes(admin, roles.owner) is None

    def test_the_roles_are_what_they_must_be(self, run: Run, roles: Roles, admin: psycopg.Connection[Any]):
        assert run() == f"{roles.owner}, {roles.application} and {roles.system} are in place.\n"
        assert attributes(admin, roles.owner) == LOGIN
        assert attributes(admin, roles.application) == LOGIN
        assert attributes(admin, roles.system) == NO_LOGIN
        assert owners(admin) == {roles.owner}
        assert may_become(admin, roles.application, roles.system)
        assert not inherits(admin, roles.application, roles.system)
        assert not may_become(admin, roles.application, roles.owner)

    def test_it_may_be_repeated_and_mends_what_is_wrong(self, run: Run, roles: Roles, admin: psycopg.Connection[Any]):
        run()
        application, owner, system = map(sql.Identifier, (roles.application, roles.owner, roles.system))
        admin.execute(sql.SQL("ALTER ROLE {} NOLOGIN SUPERUSER BYPASSRLS INHERIT").format(application))
        admin.execute(sql.SQL("ALTER ROLE {} LOGIN").format(system))
        admin.execute(sql.SQL("GRANT {} TO {}").format(owner, application))
        run()
        assert attributes(admin, roles.application) == LOGIN
        assert attributes(admin, roles.system) == NO_LOGIN
        assert not may_become(admin, roles.application, roles.owner)
        left = run("--dry-run").splitlines()
        assert not [line for line in left if line.startswith(("CREATE ROLE", "ALTER ROLE", "ALTER TABLE"))]

    def test_what_is_only_added_to_stays_so(self, run: Run, roles: Roles, admin: psycopg.Connection[Any]):
        asked = "SELECT has_table_privilege(%s, %s, %s)"

        def allowed(table: str) -> set[str]:
            words = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            return {
                word
                for role in (roles.application, roles.system)
                for word in words
                if admin.execute(asked, [role, table, word]).fetchone() == (True,)
            }

        for _ in range(2):
            run()
            assert allowed("audit_entry") == allowed("audit_seal") == {"SELECT", "INSERT"}
            assert allowed("audit_detail") == allowed("audit_head") == {"SELECT", "INSERT", "UPDATE"}
            assert allowed("identity_user") == {"SELECT", "INSERT", "UPDATE", "DELETE"}
            admin.execute(sql.SQL("GRANT ALL ON audit_entry TO {}").format(sql.Identifier(roles.application)))

    def test_passwords_come_from_the_environment(
        self,
        run: Run,
        roles: Roles,
        admin: psycopg.Connection[Any],
        monkeypatch: pytest.MonkeyPatch,
    ):
        monkeypatch.setenv("DATABASE_APPLICATION_PASSWORD", SECRET)
        run()
        asked = "SELECT rolpassword LIKE 'SCRAM-SHA-256$%%' FROM pg_authid WHERE rolname = %s"
        assert admin.execute(asked, [roles.application]).fetchone() == (True,)
        assert admin.execute(asked, [roles.owner]).fetchone() == (None,)

    def test_tables_of_before_and_of_later_serve_the_application(
        self,
        run: Run,
        facts: dict[str, str],
        roles: Roles,
        admin: psycopg.Connection[Any],
        monkeypatch: pytest.MonkeyPatch,
    ):
        for variable in ("DATABASE_OWNER_PASSWORD", "DATABASE_APPLICATION_PASSWORD"):
            monkeypatch.setenv(variable, SECRET)
        admin.execute("CREATE TABLE before (id serial PRIMARY KEY)")
        admin.execute("CREATE SEQUENCE numbers")
        admin.execute("CREATE VIEW seen AS SELECT 1 AS one")
        run()
        with connect(facts, roles.owner) as owner:
            owner.execute("CREATE TABLE later (id serial PRIMARY KEY)")
            owner.execute("ALTER TABLE before ADD COLUMN more int")
        with connect(facts, roles.application) as application:
            application.execute("INSERT INTO before DEFAULT VALUES")
            application.execute("INSERT INTO later DEFAULT VALUES")
            assert application.execute("SELECT nextval('numbers'), one FROM seen").fetchone() == (1, 1)
            with pytest.raises(errors.InsufficientPrivilege):
                application.execute("CREATE TABLE mine (id int)")

    def test_an_administrator_need_not_be_a_superuser(
        self, run: Run, facts: dict[str, str], roles: Roles, admin: psycopg.Connection[Any]
    ):
        """As on a managed server: it may create roles, and owns the database with all that is in it."""
        name = roles.owner.replace("owner", "admin")
        administrator = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(administrator, SECRET))
        try:
            database = sql.Identifier(facts["NAME"])
            admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, administrator))
            admin.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(administrator))
            admin.execute(sql.SQL("REASSIGN OWNED BY tenon_test_owner TO {}").format(administrator))
            run(facts={**facts, "USER": name, "PASSWORD": SECRET})
            assert attributes(admin, roles.application) == LOGIN
            assert owners(admin) == {roles.owner}
        finally:
            forget(admin, name)


def connect(facts: Mapping[str, str], role: str) -> psycopg.Connection[Any]:
    host, port, name = (facts[fact] for fact in ("HOST", "PORT", "NAME"))
    return psycopg.connect(host=host, port=port, dbname=name, user=role, password=SECRET)


def attributes(admin: psycopg.Connection[Any], role: str) -> tuple[bool, ...] | None:
    return admin.execute(
        "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolinherit"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()


def owners(admin: psycopg.Connection[Any]) -> set[str]:
    return {name for (name,) in admin.execute("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")}


def may_become(admin: psycopg.Connection[Any], member: str, role: str) -> bool:
    return admin.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [member, role]).fetchone() == (True,)


def inherits(admin: psycopg.Connection[Any], member: str, role: str) -> bool:
    return admin.execute("SELECT pg_has_role(%s, %s, 'USAGE')", [member, role]).fetchone() == (True,)


def forget(admin: psycopg.Connection[Any], role: str) -> None:
    """Drop a role, which may own or have been granted something in this database only."""
    if attributes(admin, role) is not None:
        name = sql.Identifier(role)
        admin.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
        admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
        admin.execute(sql.SQL("DROP ROLE {}").format(name))
