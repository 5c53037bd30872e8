"""Rows become part of their organization's chain: one chain each, without a fork, whoever seals and whenever."""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import services
from tenon.platform.audit.engines.chain import GENESIS, NO_ORGANIZATION
from tenon.platform.audit.models import Detail, Head, Seal
from tenon.platform.audit.selectors.verification import verify
from tenon.platform.audit.tests.rows import add, tamper
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

WRITERS, SEALERS, EACH = 8, 3, 5


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def seals(chain: UUID) -> list[Seal]:
    return list(Seal.objects.filter(chain=chain).order_by("seq"))


def waiting() -> int:
    with system_scope(reason="a test looks", read_only=True):
        return Detail.objects.filter(waits_in__isnull=False).count()


def test_rows_are_sealed_into_the_chain_of_their_organization():
    organization_id = uuid4()
    mine, [other] = add(organization_id, 3), add(None)
    assert services.seal() >= 4
    found = seals(organization_id)
    assert [each.entry_id for each in found] == mine
    assert [each.seq for each in found] == [1, 2, 3]
    assert [each.previous for each in found] == [GENESIS, found[0].hash, found[1].hash]
    assert other in {each.entry_id for each in seals(NO_ORGANIZATION)}
    head = Head.objects.get(chain=organization_id)
    assert (head.seq, head.hash) == (3, found[-1].hash)


def test_there_is_nothing_to_do_twice():
    add(uuid4(), 2)
    services.seal()
    assert services.seal() == 0


def test_a_chain_longer_than_a_batch_is_sealed_to_its_end():
    organization_id = uuid4()
    add(organization_id, 7)
    assert services.seal(batch=3) == 7
    assert len(seals(organization_id)) == 7


def test_a_row_that_commits_late_is_sealed_late():
    organization_id = uuid4()
    [late] = add(organization_id)
    add(organization_id, 2)
    services.seal()
    with transaction.atomic():
        later = add(organization_id)
    services.seal()
    assert [each.entry_id for each in seals(organization_id)][-1:] == later
    assert seals(organization_id)[0].entry_id == late


@pytest.mark.parametrize("chains", [1, 3])
def test_writers_and_sealers_at_once_leave_no_fork_and_nothing_unsealed(chains: int):
    organizations = [uuid4() for _ in range(chains)]

    def write(number: int) -> None:
        for _ in range(EACH):
            with transaction.atomic():
                add(organizations[number % chains])

    def work() -> None:
        for _ in range(EACH):
            services.seal(batch=4)

    calls: list[Callable[[], object]] = [*(partial(write, number) for number in range(WRITERS)), *[work] * SEALERS]
    assert together(calls) == [None] * len(calls)
    services.seal()
    assert waiting() == 0
    for organization_id in organizations:
        found = verify(organization_id)
        assert (found.fault, found.waiting) == (None, 0)
    assert sum(len(seals(each)) for each in organizations) == WRITERS * EACH


def test_a_damaged_chain_keeps_no_other_from_its_seals():
    damaged, whole = sorted((uuid4(), uuid4()))
    for organization_id in (damaged, whole):
        add(organization_id)
    Seal.objects.create(entry_id=uuid4(), chain=damaged, seq=1, previous=GENESIS, hash=GENESIS)
    with pytest.raises(IntegrityError):
        services.seal()
    assert len(seals(whole)) == 1
    found = verify(damaged)
    assert (found.fault is not None, found.waiting) == (True, 1)
    tamper("DELETE FROM audit_seal WHERE chain = ?", [damaged])
    services.seal()
    assert verify(damaged).fault is None
