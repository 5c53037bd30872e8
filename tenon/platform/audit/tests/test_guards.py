"""The database keeps what was written: it refuses changes, to the owner of the tables as well."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import clock
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.audit import services
from tenon.platform.audit.engines.chain import NO_ORGANIZATION
from tenon.platform.audit.models import Detail, Entry, Seal
from tenon.platform.audit.selectors.verification import verify
from tenon.platform.audit.tests.rows import LONG_AGO, add
from tenon.testing.databases import Clone, server
from tenon.testing.databases.postgresql import PostgresqlServer

KEPT = ["audit_entry", "audit_seal", "audit_detail"]
CHANGES = [
    "UPDATE audit_entry SET outcome = 'refused'",
    "UPDATE audit_seal SET seq = seq + 1",
    "UPDATE audit_detail SET ip = '192.0.2.9'",
    "UPDATE audit_detail SET parameters = ''",
    *(f"DELETE FROM {table}" for table in KEPT),
]
TRUNCATIONS = [f"TRUNCATE {table} CASCADE" for table in KEPT]


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        add(uuid4(), 2)
        services.seal()
        yield


@pytest.fixture
def old() -> UUID:
    """An organization with five rows of long ago and two of today."""
    organization_id = uuid4()
    add(organization_id, 5, since=LONG_AGO)
    add(organization_id, 2, since=clock.now())
    services.seal()
    return organization_id


@pytest.mark.parametrize("statement", CHANGES)
def test_no_row_is_changed_or_deleted(statement: str):
    with (
        pytest.raises(DatabaseError),
        system_scope(reason="a test tries"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.postgresql
@pytest.mark.parametrize("statement", [*CHANGES[:2], *CHANGES[4:], *TRUNCATIONS])
def test_nor_by_the_owner_of_the_tables(module_database: Clone, statement: str):
    with closing(psycopg.connect(module_database.migration_url, autocommit=True)) as owner:
        owner.execute("SELECT set_config('audit.purging', 'off', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(statement.encode())


@pytest.mark.postgresql
@pytest.mark.parametrize("statement", [*CHANGES, *TRUNCATIONS])
def test_nor_by_a_superuser_whom_no_policy_holds_back(module_database: Clone, statement: str):
    admin = server()
    assert isinstance(admin, PostgresqlServer)
    with closing(admin.connect(module_database.name)) as superuser:
        superuser.execute("SET session_replication_role = replica")  # what a trigger that is not ALWAYS sleeps through
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            superuser.execute(statement.encode())


@pytest.mark.postgresql
@pytest.mark.parametrize("statement", [*CHANGES[:2], *CHANGES[4:], *TRUNCATIONS])
def test_nor_by_the_application_that_says_it_purges(module_database: Clone, statement: str):
    with closing(psycopg.connect(module_database.url, autocommit=True)) as application:
        application.execute("SELECT set_config('audit.purging', 'on', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement.encode())


@pytest.mark.postgresql
def test_nothing_is_seen_outside_of_a_scope_or_in_anothers():
    organization_id = uuid4()
    add(organization_id, 2)
    with connection.cursor() as cursor:
        for table in ("audit_entry", "audit_detail"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    with organization_scope(organization_id, read_only=True):
        assert (Entry.objects.count(), Detail.objects.count()) == (2, 2)
    with organization_scope(uuid4(), read_only=True):
        assert (Entry.objects.count(), Detail.objects.count()) == (0, 0)


def test_what_is_older_than_it_is_kept_goes_and_the_chain_holds(old: UUID):
    before = clock.now() - timedelta(days=365)
    assert services.purge(before=before, batch=2) == 5
    found = verify(old)
    assert (found.fault, found.places, found.first_seq, found.last_seq) == (None, 2, 6, 7)
    with system_scope(reason="a test looks", read_only=True):
        assert Entry.objects.filter(organization_id=old).count() == 2
        assert Detail.objects.filter(organization_id=old).count() == 2
    assert Seal.objects.filter(chain=old).count() == 2
    assert services.purge(before=before) == 0
    add(old)
    services.seal()
    assert verify(old).last_seq == 8


def test_a_younger_row_keeps_what_comes_after_it(old: UUID):
    add(old, since=LONG_AGO)
    services.seal()
    services.purge(before=clock.now() - timedelta(days=365))
    assert verify(old).first_seq == 6
    assert verify(old).places == 3


@pytest.mark.postgresql
def test_the_database_lets_nothing_go_that_is_young_or_not_sealed(old: UUID):
    for up_to in (7, 99):
        with (
            pytest.raises(DatabaseError),
            system_scope(reason="a test tries"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT audit_purge(%s, %s)", [old, up_to])
    assert verify(old).places == 7


@pytest.mark.postgresql
def test_only_the_system_role_purges(old: UUID):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_purge(%s, 1)", [old])


def test_chains_are_purged_apart():
    add(None, 2, since=LONG_AGO)
    services.seal()
    services.purge(before=clock.now() - timedelta(days=365))
    assert verify(NO_ORGANIZATION).fault is None
