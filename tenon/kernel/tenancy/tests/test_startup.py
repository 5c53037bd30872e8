"""A process does not serve as a role that row-level security does not hold back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker, Settings

from tenon.kernel.tenancy import startup
from tenon.kernel.tenancy.checks import check_role
from tenon.testing.databases import Clone, server
from tenon.testing.databases.postgresql import PostgresqlServer

INHERIT = (
    "ALTER ROLE tenon_test_app INHERIT;"
    # Since PostgreSQL 16 it is each grant that inherits or not, as the role did when it was given.
    "REVOKE tenon_test_system FROM tenon_test_app; GRANT tenon_test_system TO tenon_test_app"
)


@pytest.fixture(autouse=True)
def _not_asked_yet(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(startup, "_found_safe", False)
    settings.DATABASE_ROLE_IS_CHECKED = True


@pytest.fixture
def as_administrator(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """Django's connection belongs to a superuser, and is not made yet."""
    named = server().named
    clone = Clone({**cloned_database.facts, "USER": named["USER"], "PASSWORD": named["PASSWORD"]}, "", "")
    with django_db_blocker.unblock(), clone.in_use():
        yield clone


@pytest.mark.django_db
def test_the_role_of_the_tests_is_fit():
    assert startup.role_faults(connection) == []
    startup.refuse_unsafe_role(connection=connection)


@pytest.mark.django_db
def test_a_fit_role_is_asked_once(monkeypatch: pytest.MonkeyPatch):
    asked: list[BaseDatabaseWrapper] = []
    monkeypatch.setattr(startup, "role_faults", asked.append)
    startup.refuse_unsafe_role(connection=connection)
    startup.refuse_unsafe_role(connection=connection)
    assert asked == [connection]


def test_nothing_is_asked_where_it_is_not_wanted(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    settings.DATABASE_ROLE_IS_CHECKED = False
    monkeypatch.setattr(startup, "role_faults", pytest.fail)
    startup.refuse_unsafe_role(connection=connection)
    startup.check_database_role()


def test_a_database_that_is_not_there_is_asked_later(monkeypatch: pytest.MonkeyPatch):
    def refuse(wrapper: BaseDatabaseWrapper) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    startup.check_database_role()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((False, False, False, False, False), []),
        ((True, False, False, False, False), ["app is a superuser"]),
        ((False, True, True, False, False), ["app has BYPASSRLS", "app owns tables or may become their owner"]),
        ((False, False, False, False, True), ["app may not become the system role"]),
    ],
)
def test_faults_are_told_by_name(answers: tuple[bool, ...], expected: list[str]):
    class Cursor:
        def execute(self, sql: str, params: dict[str, str]) -> None:
            assert params == {"system": django_settings.DATABASE_SYSTEM_ROLE}

        def fetchone(self) -> tuple[object, ...]:
            return (*answers, "app")

    assert startup.faults_of(Cursor()) == expected


@pytest.mark.django_db
def test_an_unsafe_role_is_refused_and_its_connection_closed(monkeypatch: pytest.MonkeyPatch):
    closed: list[bool] = []
    wrapper: Any = SimpleNamespace(close=lambda: closed.append(True))
    monkeypatch.setattr(startup, "role_faults", lambda connection: ["app is a superuser", "app has BYPASSRLS"])
    with pytest.raises(ImproperlyConfigured, match="app is a superuser; app has BYPASSRLS"):
        startup.refuse_unsafe_role(connection=wrapper)
    assert closed == [True]


def test_the_system_check_tells_why_a_connection_is_refused(monkeypatch: pytest.MonkeyPatch):
    def refuse(wrapper: BaseDatabaseWrapper) -> None:
        raise ImproperlyConfigured("app is a superuser")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    assert [(found.id, found.msg) for found in check_role(None, ["default"])] == [
        ("tenancy.E003", "app is a superuser")
    ]


def test_the_system_check_finds_nothing_wrong_with_a_fit_role(db: None):
    assert [error for error in run_checks(databases=["default"]) if error.id == "tenancy.E003"] == []


@pytest.mark.postgresql
class TestUnsafeRoles:
    @pytest.fixture
    def admin(self) -> Iterator[psycopg.Connection[Any]]:
        """The administrator, whose changes are never committed."""
        cluster = server()
        assert isinstance(cluster, PostgresqlServer)
        with cluster.connect(connection.settings_dict["NAME"]) as connected:
            yield connected

    def test_a_superuser_is_refused(self, as_administrator: Clone):
        with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .* superuser; .* BYPASSRLS; .* owns tables"):
            startup.check_database_role()
        assert connection.connection is None

    def test_the_system_check_says_so(self, as_administrator: Clone):
        found = [error for error in run_checks(databases=["default"]) if error.id == "tenancy.E003"]
        assert len(found) == 1
        assert "database_roles" in found[0].msg

    def test_the_owner_is_refused(self, cloned_database: Clone, django_db_blocker: DjangoDbBlocker):
        owner = psycopg.conninfo.conninfo_to_dict(cloned_database.migration_url)
        facts = {**cloned_database.facts, "USER": str(owner["user"]), "PASSWORD": str(owner["password"])}
        refused = pytest.raises(ImproperlyConfigured, match="tenon_test_owner owns tables")
        with django_db_blocker.unblock(), Clone(facts, "", "").in_use(), refused:
            startup.check_database_role()

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (INHERIT, "inherits the system role"),
            ("REVOKE tenon_test_system FROM tenon_test_app", "may not become the system role"),
            ("GRANT tenon_test_owner TO tenon_test_app", "owns tables or may become their owner"),
            ("ALTER ROLE tenon_test_app BYPASSRLS", "has BYPASSRLS"),
        ],
    )
    def test_each_fault_is_named(self, change: str, fault: str):
        """Roles belong to the whole server, so the change is tried in a transaction that nobody else sees."""
        cluster = server()
        assert isinstance(cluster, PostgresqlServer)
        with cluster.connect(connection.settings_dict["NAME"]) as admin, admin.transaction(force_rollback=True):
            admin.execute(change.encode())
            admin.execute("SET LOCAL ROLE tenon_test_app")
            assert [said for said in startup.faults_of(admin.cursor()) if fault in said]


@pytest.mark.postgresql
def test_a_production_server_does_not_start_as_a_superuser(cloned_database: Clone):
    named = server().named
    secret = f":{named['PASSWORD']}" if named["PASSWORD"] else ""
    environment = {
        "PATH": os.environ["PATH"],
        "TENON_DOTENV": "off",
        "TRUSTED_PROXY_COUNT": "1",
        "TRUSTED_PROXY_HEADER": "x-forwarded",
        "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.production",
        "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-and-more",
        "ALLOWED_HOSTS": "api.example.com",
        "SITE_URL": "https://api.example.com",
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_HOST": "smtp.example.com",
        "DEFAULT_FROM_EMAIL": "Tenon <no-reply@example.com>",
    }
    url = f"postgresql://{named['USER']}{secret}@{named['HOST']}:{named['PORT']}/{cloned_database.name}"
    for database_url, status in ((url, 1), (cloned_database.url, 0)):
        done = subprocess.run(
            [sys.executable, "-c", "import tenon.delivery.wsgi"],
            cwd=django_settings.BASE_DIR,
            env={**environment, "DATABASE_URL": database_url, "DATABASE_SYSTEM_ROLE": "tenon_test_system"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert ("is a superuser" in done.stderr) is bool(status)
