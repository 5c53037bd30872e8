"""The audit log keeps what was written: against the application, the owner, and whoever edits one row among many."""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import services
from tenon.platform.audit.models import Detail, Seal
from tenon.platform.audit.selectors.verification import verify
from tenon.platform.audit.tests.rows import add, tamper
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

ROWS = 100_000
WRITERS, SEALERS, EACH = 64, 3, 40
TABLES = ("audit_entry", "audit_seal")
STATEMENTS = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in zip(TABLES, ("outcome", "seq"), strict=True)),
    *(f"DELETE FROM {table}" for table in TABLES),
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
]


@pytest.fixture(autouse=True)
def database(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this proof alone, where transactions really commit."""
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield


@pytest.mark.postgresql
def test_no_statement_changes_or_removes_a_row(cloned_database: Clone, proof_record: Callable[..., None]):
    add(uuid4(), 5)
    services.seal()
    refused = 0
    for url in (cloned_database.url, cloned_database.migration_url):
        with psycopg.connect(url, autocommit=True) as anybody:
            for statement in STATEMENTS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    anybody.execute(statement.encode())
                refused += 1
    assert Seal.objects.count() == 5
    proof_record(refused=refused, engine="postgresql")


def test_one_edited_row_is_named(rounds: Callable[[int], int], proof_record: Callable[..., None]):
    count, organization_id = rounds(ROWS), uuid4()
    made = []
    for _ in range(count // 1000):
        with transaction.atomic():
            made += add(organization_id, 1000)
    while services.seal(batch=2000):
        pass
    found = verify(organization_id)
    assert (found.fault, found.places) == (None, count // 1000 * 1000)
    victim = made[len(made) * 7 // 10]
    tamper("UPDATE audit_entry SET outcome = 'refused' WHERE id = ?", [victim])
    fault = verify(organization_id).fault
    assert fault is not None
    assert fault.entry_id == victim
    proof_record(rows=len(made), named=1)


def test_parallel_writers_leave_no_fork_and_nothing_unsealed(
    rounds: Callable[[int], int], proof_record: Callable[..., None]
):
    organizations, each = [uuid4() for _ in range(4)], rounds(EACH)
    if connection.vendor == "sqlite":
        each = 1  # its writers wait for one another, however many there are

    def write(number: int) -> None:
        for _ in range(each):
            with transaction.atomic():
                add(organizations[number % len(organizations)])

    def work() -> None:
        for _ in range(each * 4):
            services.seal(batch=8)

    calls: list[Callable[[], object]] = [*(partial(write, number) for number in range(WRITERS)), *[work] * SEALERS]
    assert together(calls) == [None] * len(calls)
    services.seal()
    with system_scope(reason="a proof looks", read_only=True):
        assert not Detail.objects.filter(waits_in__isnull=False).exists()
    found = [verify(organization_id) for organization_id in organizations]
    assert [(one.fault, one.waiting) for one in found] == [(None, 0)] * len(found)
    assert sum(one.places for one in found) == WRITERS * each
    proof_record(writers=WRITERS, rows=WRITERS * each, forks=0, unsealed=0)
