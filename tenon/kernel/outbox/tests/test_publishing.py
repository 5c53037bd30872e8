"""A row commits with its change or not at all."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from tenon.kernel import clock
from tenon.kernel.crypto import Unsealable
from tenon.kernel.outbox import publishing, registry, sealing
from tenon.kernel.outbox.errors import NotInTransaction, UnknownName
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import Happened, again, collect, enqueue, publish

pytestmark = pytest.mark.django_db


def test_a_row_says_what_when_and_for_whom() -> None:
    organization_id, before = uuid4(), clock.now()
    with transaction.atomic():
        entry_id = publishing.publish(Happened(1), aggregate="sample:1", organization_id=organization_id)
    entry = Entry.objects.get(id=entry_id)
    assert (entry.kind, entry.name, entry.payload) == ("event", "samples.happened", {"number": 1})
    assert (entry.aggregate, entry.organization_id, entry.attempts) == ("sample:1", organization_id, 0)
    assert before <= entry.created_at == entry.available_at


def test_rows_of_one_writer_are_in_the_order_of_writing() -> None:
    entries = publish(1, 2, 3)
    assert sorted(entries, key=lambda entry: entry.sequence) == entries


def test_only_rows_of_an_aggregate_queue() -> None:
    [alone], [queued] = publish(1), publish(2, aggregate="sample:1")
    assert (alone.queue, queued.queue) == (None, "sample:1")


def test_publishing_on_autocommit_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        publishing.publish(Happened(1))
    with pytest.raises(NotInTransaction):
        publishing.enqueue("samples.any", {})
    assert not Entry.objects.exists()


def test_a_rollback_leaves_no_row() -> None:
    def change() -> None:
        with transaction.atomic():
            publishing.publish(Happened(1))
            raise LookupError

    with pytest.raises(LookupError):
        change()
    assert not Entry.objects.exists()


def test_a_handler_in_the_transaction_runs_at_once() -> None:
    seen = collect(in_transaction=True)
    with transaction.atomic():
        publishing.publish(Happened(7))
        assert seen == [7]


def test_other_handlers_wait() -> None:
    seen = collect()
    publish(7)
    assert seen == []


def test_what_a_handler_in_the_transaction_raises_undoes_the_change() -> None:
    @registry.subscribe(Happened, in_transaction=True)
    def refuse(event: Happened) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        publish(1)
    assert not Entry.objects.exists()


def test_a_job_that_nobody_declared_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"samples\.nothing"):
        enqueue("samples.nothing")


@pytest.mark.parametrize("payload", [{}, {"number": 1, "other": 2}, {"Number": 1}])
def test_a_payload_that_the_job_cannot_be_called_with_is_refused(payload: dict[str, object]) -> None:
    @registry.job("samples.count")
    def count(*, number: int) -> None: ...

    with pytest.raises(TypeError, match=r"samples\.count"):
        enqueue("samples.count", payload)


def test_not_before() -> None:
    registry.job("samples.later")(lambda: None)
    later = clock.now() + timedelta(hours=2)
    assert enqueue("samples.later", not_before=later).available_at == later
    past = enqueue("samples.later", not_before=clock.now() - timedelta(hours=2))
    assert past.available_at == past.created_at


def test_a_secret_payload_shows_nothing_in_the_table() -> None:
    @registry.job("samples.tell")
    def tell(*, secret: str, to: str) -> None: ...

    entry = enqueue("samples.tell", {"secret": "hunter2-hunter2", "to": "bob@example.com"}, secret=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox_entry")
        stored = repr(cursor.fetchall())
    assert "samples.tell" in stored
    assert "hunter2" not in stored
    assert "bob" not in stored
    assert sealing.unseal(entry.payload, entry_id=entry.id) == {"secret": "hunter2-hunter2", "to": "bob@example.com"}


def test_a_sealed_payload_cannot_be_moved_to_another_row() -> None:
    sealed = sealing.seal({"secret": "x"}, entry_id=uuid4())
    with pytest.raises(Unsealable):
        sealing.unseal(sealed, entry_id=uuid4())


def test_an_event_without_subscribers_is_still_a_row() -> None:
    [entry] = publish(1)
    assert again(entry).name == "samples.happened"


def test_observers_are_shown_every_event_with_its_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_observers", [])
    seen: list[tuple[Event, UUID | None]] = []

    def look(event: Event, *, organization_id: UUID | None) -> None:
        seen.append((event, organization_id))

    registry.observe(look)
    registry.observe(look)
    organization_id = uuid4()
    with transaction.atomic():
        publishing.publish(Happened(1), organization_id=organization_id)
    assert seen == [(Happened(1), organization_id)]
