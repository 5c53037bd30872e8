"""Whatever somebody changes past the application is found, and named."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import services
from tenon.platform.audit.engines.chain import NO_ORGANIZATION
from tenon.platform.audit.models import Detail, Entry, Head, Seal
from tenon.platform.audit.selectors import verification
from tenon.platform.audit.selectors.verification import chains, verify
from tenon.platform.audit.tests.rows import NOW, add, tamper
from tenon.testing.databases import Clone


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


@pytest.fixture
def organization_id() -> UUID:
    return uuid4()


@pytest.fixture
def rows(organization_id: UUID) -> list[UUID]:
    """Five sealed rows."""
    made = add(organization_id, 5)
    services.seal()
    return made


def test_an_untouched_chain_holds(organization_id: UUID, rows: list[UUID], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verification, "BATCH", 2)
    seen: list[tuple[int, int]] = []
    found = verify(organization_id, progress=lambda done, of: seen.append((done, of)))
    assert (found.fault, found.places, found.first_seq, found.last_seq, found.erased) == (None, 5, 1, 5, 0)
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_rows_that_wait_are_counted(organization_id: UUID, rows: list[UUID]):
    add(organization_id, 2)
    assert verify(organization_id).waiting == 2
    services.seal()
    assert verify(organization_id).waiting == 0


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_entry SET action = 'tests:thing:deleted' WHERE id = ?", "was changed"),
        ("UPDATE audit_entry SET actor_id = organization_id WHERE id = ?", "was changed"),
        ("UPDATE audit_entry SET created_at = '2026-03-01 11:00:00' WHERE id = ?", "was changed"),
        ("UPDATE audit_entry SET outcome = 'refused' WHERE id = ?", "was changed"),
        ("UPDATE audit_detail SET ip = '192.0.2.9' WHERE entry_id = ?", "its address were changed"),
        ("UPDATE audit_detail SET parameters = '{}' WHERE entry_id = ?", "its address were changed"),
        ("UPDATE audit_detail SET erased_at = '2026-03-01 11:00:00' WHERE entry_id = ?", "were removed, though"),
        ("DELETE FROM audit_detail WHERE entry_id = ?", "are missing"),
        ("DELETE FROM audit_entry WHERE id = ?", "the row is missing"),
        ("UPDATE audit_seal SET hash = previous WHERE entry_id = ?", "was changed"),
        ("UPDATE audit_seal SET previous = hash WHERE entry_id = ?", "does not follow"),
    ],
)
def test_the_row_that_was_changed_is_named(organization_id: UUID, rows: list[UUID], statement: str, what: str):
    tamper(statement, [rows[2]])
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.entry_id, fault.seq) == (rows[2], 3)
    assert what in fault.what


def test_a_missing_seal_is_named_by_its_place(organization_id: UUID, rows: list[UUID]):
    tamper("DELETE FROM audit_seal WHERE entry_id = ?", [rows[2]])
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.seq, fault.what) == (3, "the seal is missing")


def test_a_chain_that_was_cut_off_is_found(organization_id: UUID, rows: list[UUID]):
    tamper("DELETE FROM audit_seal WHERE chain = ? AND seq > 3", [organization_id])
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.seq, fault.what) == (4, "the seals from here on are missing")


def test_a_head_that_was_turned_back_is_found(organization_id: UUID, rows: list[UUID]):
    tamper("UPDATE audit_head SET seq = 3 WHERE chain = ?", [organization_id])
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.seq, "head" in fault.what) == (3, True)


def test_a_seal_beyond_the_head_is_found(organization_id: UUID, rows: list[UUID]):
    third = Seal.objects.get(entry_id=rows[2])
    tamper("UPDATE audit_head SET seq = 3, hash = ? WHERE chain = ?", [third.hash, organization_id])
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.entry_id, fault.seq) == (rows[3], 4)


def test_a_row_that_was_put_in_is_named(organization_id: UUID, rows: list[UUID]):
    stranger = Entry(
        id=new_id(),
        created_at=NOW,
        actor_kind="system",
        action="tests:thing:invented",
        organization_id=organization_id,
        outcome="success",
        commitment="0" * 64,
    )
    with system_scope(reason="a test writes past the application"):
        stranger.save(force_insert=True)
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.entry_id, fault.seq, "past the application" in fault.what) == (stranger.pk, 0, True)


def test_a_row_in_a_chain_of_its_own_is_named(organization_id: UUID, rows: list[UUID]):
    made, aside = add(organization_id), uuid4()
    with system_scope(reason="a test writes past the application"):
        Detail.objects.filter(pk__in=made).update(waits_in=aside)
    services.seal()
    assert verify(organization_id).fault is None
    assert aside in chains()
    fault = verify(aside).fault
    assert fault is not None
    assert (fault.entry_id, fault.what) == (made[0], "the row belongs to another chain")


def test_a_chain_cannot_claim_to_begin_later_than_it_does(organization_id: UUID, rows: list[UUID]):
    third = Seal.objects.get(entry_id=rows[2])
    with system_scope(reason="a test writes past the application"):
        Head.objects.filter(chain=organization_id).update(purged_seq=third.seq, purged_hash=third.hash)
    fault = verify(organization_id).fault
    assert fault is not None
    assert (fault.entry_id, fault.seq, "begins" in fault.what) == (rows[0], 1, True)


def test_every_chain_is_known(organization_id: UUID, rows: list[UUID]):
    unsealed = uuid4()
    add(unsealed)
    add(None)
    assert {organization_id, unsealed, NO_ORGANIZATION} <= set(chains())


def test_nobody_erased_is_nobody_missing(organization_id: UUID):
    person = uuid4()
    made = add(organization_id, 3, actor_id=person) + add(organization_id, 2)
    services.seal()
    with system_scope(reason="a person is erased"):
        services.forget(user_id=person, now=NOW)
    found = verify(organization_id)
    assert (found.fault, found.erased, found.places) == (None, 3, 5)
    assert verify(NO_ORGANIZATION).fault is None
    with system_scope(reason="a test looks", read_only=True):
        erased = Entry.objects.filter(pk__in=made, detail__ip="", detail__parameters="", detail__salt="")
        assert {row.pk for row in erased} == set(made[:3])


def test_forgetting_twice_is_forgetting_once():
    person = uuid4()
    add(None, actor_id=person)
    for _ in range(2):
        with system_scope(reason="a person is erased"):
            services.forget(user_id=person, now=NOW)
    with system_scope(reason="a test looks", read_only=True):
        assert Entry.objects.filter(action="audit:person:erased", target_id=str(person)).count() == 1
    services.seal()
    assert verify(NO_ORGANIZATION).fault is None
