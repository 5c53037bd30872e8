"""What the doctor says of the database, whichever it is; of those that this run has not, by their words."""

from contextlib import contextmanager
from typing import Any

import pytest
from django.db import InterfaceError

from tenon.delivery.doctor import database
from tenon.delivery.doctor.findings import Level


class Server:
    """A connection that answers what it is told to."""

    def __init__(self, vendor: str, version: tuple[int, ...], host: str = "", **more: Any) -> None:
        self.vendor, self.version = vendor, version
        self.settings_dict = {"HOST": host, "PASSWORD": "s3cret"}
        self.answers: dict[str, list[tuple[str, ...]]] = {}
        self.asked: list[str] = []
        for name, value in more.items():
            setattr(self, name, value)

    def get_database_version(self) -> tuple[int, ...]:
        return self.version

    @contextmanager
    def cursor(self) -> Any:
        yield self

    def execute(self, statement: str, params: Any = ()) -> None:
        self.asked.append(statement)

    def fetchall(self) -> list[tuple[str, ...]]:
        return self.answers["guarded"]

    def fetchone(self) -> tuple[str, ...]:
        return self.answers["role"][0]


@pytest.fixture
def serve(monkeypatch):
    """Ask this server in place of the run's own."""

    def use(server: Server) -> Server:
        monkeypatch.setattr(database, "connection", server)
        return server

    return use


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (Server("postgresql", (16, 4), "db.example.com"), "PostgreSQL 16.4 at db.example.com answers"),
        (Server("sqlite", (3, 45, 1)), "SQLite 3.45.1 answers"),
        (Server("mysql", (11, 4, 2), "10.0.0.5", mysql_is_mariadb=True), "MariaDB 11.4.2 at 10.0.0.5 answers"),
        (Server("mysql", (8, 4, 0), mysql_is_mariadb=False), "MySQL 8.4.0 answers"),
    ],
    ids=["postgresql", "sqlite", "mariadb", "mysql"],
)
def test_which_it_is(serve, server, said):
    serve(server)
    assert (database.answers().level, database.answers().said) == (Level.FINE, said)
    assert set(server.asked) == {"SELECT 1"}


def test_a_connection_that_breaks(serve):
    class Broken(Server):
        def execute(self, statement: str, params: Any = ()) -> None:
            raise InterfaceError("connection already closed, s3cret\nand more")

    serve(Broken("postgresql", (16, 4)))
    found = database.answers()
    assert (found.level, found.said) == (Level.BROKEN, "does not answer (connection already closed, …)")
    assert "DATABASE_URL" in found.advice


@pytest.mark.django_db
def test_this_runs_own_answers_and_is_migrated():
    assert database.answers().level is Level.FINE
    (found,) = database.migrations()
    assert found.level is Level.FINE
    assert found.said.startswith("all ")


@pytest.fixture
def names() -> list[str]:
    """Every table of an organization."""
    from django.apps import apps

    from tenon.kernel.tenancy.models import OwnedModel

    return [model._meta.db_table for model in apps.get_models() if issubclass(model, OwnedModel)]


@pytest.fixture
def guarded(serve, names, monkeypatch) -> Server:
    """A server that keeps organizations apart, asked as a role that it holds back."""
    monkeypatch.setattr(database, "role_faults", lambda connection: [])
    server = serve(Server("postgresql", (16, 4)))
    server.answers = {"guarded": [(name,) for name in names], "role": [("tenon_app",)]}
    return server


@pytest.mark.usefixtures("guarded")
def test_organizations_that_are_kept_apart(names):
    (found,) = database.tenancy()
    assert (found.level, found.said) == (
        Level.FINE,
        f"row-level security on {len(names)} tables holds the role tenon_app",
    )


def test_tables_that_nobody_guards(guarded, names):
    guarded.answers["guarded"] = [(name,) for name in names if name not in {"catalog_product", "orders_order"}]
    (found,) = database.tenancy()
    assert (found.level, found.said) == (Level.BROKEN, "no row-level security on catalog_product, orders_order")
    assert "manage.py migrate" in found.advice


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(("debug", "level"), [(True, Level.WARNING), (False, Level.BROKEN)])
def test_a_role_that_is_not_held_back(settings, monkeypatch, debug, level):
    settings.DEBUG = debug
    monkeypatch.setattr(database, "role_faults", lambda connection: ["postgres is a superuser"])
    (found,) = database.tenancy()
    assert (found.level, found.said) == (level, "the role postgres is a superuser: it would see every row")
    assert "database_roles" in found.advice


def test_where_queries_alone_keep_them_apart(serve):
    serve(Server("mysql", (11, 4, 2), mysql_is_mariadb=True))
    (found,) = database.tenancy()
    assert found.level is Level.NOTE
    assert "only PostgreSQL" in found.said
