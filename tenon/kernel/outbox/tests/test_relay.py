"""What is due is delivered, once to each consumer; what fails comes back, and in the end is dead and visible."""

from datetime import timedelta

import pytest
from django.db import transaction
from structlog.testing import capture_logs

from tenon.kernel import clock, metrics
from tenon.kernel.outbox import backoff, delivery, publishing, registry, relay, upkeep
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry, Receipt, Schedule
from tenon.kernel.outbox.tests.samples import Happened, again, collect, enqueue, failing, publish, run

pytestmark = pytest.mark.django_db

LONG = timedelta(days=1)
LEASE = timedelta(seconds=60)


@pytest.fixture
def longest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws the longest wait that the jitter allows."""
    monkeypatch.setattr(backoff.random, "random", lambda: 1.0)


def test_an_event_reaches_every_consumer_once() -> None:
    first, second = collect(), []
    registry.subscribe(Happened)(lambda event: second.append(event.number))
    [entry] = publish(5)
    assert run() == 1
    assert run() == 0
    assert (first, second) == ([5], [5])
    entry = again(entry)
    assert entry.delivered_at is not None
    assert (entry.available_at, entry.claim, entry.claimed_until, entry.attempts) == (None, None, None, 1)


def test_a_job_runs_with_its_payload_and_knows_its_row() -> None:
    seen = []

    @registry.job("samples.count")
    def count(*, number: int) -> None:
        seen.append((number, delivery.current_id(), transaction.get_connection().savepoint_ids))

    entry = enqueue("samples.count", {"number": 3})
    outside = list(transaction.get_connection().savepoint_ids)
    assert relay.drain() == 1
    assert seen == [(3, entry.id, outside)]


def test_a_row_that_is_not_yet_due_waits() -> None:
    registry.job("samples.later")(lambda: None)
    entry = enqueue("samples.later", not_before=clock.now() + timedelta(hours=1))
    assert run() == 0
    assert run(after=timedelta(hours=2)) == 1
    assert again(entry).delivered_at is not None


def test_one_consumers_failure_does_not_keep_the_event_from_the_others() -> None:
    registry.subscribe(Happened)(failing(ValueError("no"), times=1))
    seen = collect()
    [entry] = publish(5)
    assert run() == 1
    assert seen == [5]
    assert again(entry).delivered_at is None
    assert run(after=LONG) == 1
    assert seen == [5], "the consumer that had taken the event was run again"
    assert again(entry).delivered_at is not None


def test_a_failed_handler_leaves_neither_effect_nor_receipt() -> None:
    registry.job("samples.effect")(lambda: None)

    @registry.subscribe(Happened)
    def half(event: Happened) -> None:
        publishing.enqueue("samples.effect", {})
        raise ValueError("half-way")

    publish(1)
    run()
    assert not Entry.objects.filter(name="samples.effect").exists()
    assert not Receipt.objects.exists()


def test_a_second_delivery_of_what_was_taken_has_no_effect() -> None:
    seen = collect()
    [entry] = publish(5)
    run()
    # As after a kill between the consumer's commit and the relay's own note.
    Entry.objects.filter(id=entry.id).update(delivered_at=None, available_at=clock.now())
    assert run() == 1
    assert seen == [5]


def test_a_constraint_that_an_effect_meets_is_a_failure_and_no_receipt() -> None:
    @registry.subscribe(Happened)
    def clash(event: Happened) -> None:
        Entry.objects.create(id=taken.id, kind="event", name="samples.happened", created_at=clock.now())

    [taken] = publish(1)
    run()
    assert "IntegrityError" in again(taken).last_error
    assert not Receipt.objects.exists()


def test_an_atomic_job_takes_effect_once() -> None:
    seen: list[int] = []

    @registry.job("samples.atomic", atomic=True)
    def note(*, number: int) -> None:
        seen.append(number)

    entry = enqueue("samples.atomic", {"number": 1})
    run()
    Entry.objects.filter(id=entry.id).update(delivered_at=None, available_at=clock.now())
    run()
    assert seen == [1]


@pytest.mark.usefixtures("longest_waits")
def test_a_failed_row_comes_back_after_ever_longer_waits() -> None:
    registry.job("samples.fail")(failing(ValueError("no")))
    entry = enqueue("samples.fail")
    passed = timedelta(0)
    for attempt in range(1, 8):
        assert run(after=passed) == 1
        entry = again(entry)
        assert entry.attempts == attempt
        assert entry.claim is None
        assert run(after=passed + backoff.ceiling(attempt) - timedelta(seconds=1)) == 0
        passed += backoff.ceiling(attempt) + timedelta(seconds=2)


def test_rows_name_themselves() -> None:
    collect()
    [entry] = publish(1)
    run()
    assert str(entry) == f"event samples.happened {entry.id}"
    assert str(Receipt.objects.get()) == f"{Receipt.objects.get().consumer} {entry.id}"
    assert str(Schedule(name="samples.often")) == "samples.often"


def test_waits_double_up_to_a_ceiling() -> None:
    waits = [backoff.ceiling(attempt).total_seconds() for attempt in range(1, 20)]
    assert waits[:5] == [5, 10, 20, 40, 80]
    assert waits[-1] == backoff.CEILING.total_seconds()
    assert waits == sorted(waits)


def test_waits_are_spread_over_the_whole_interval() -> None:
    drawn = [backoff.delay(4) / backoff.ceiling(4) for _ in range(2000)]
    assert 0 <= min(drawn) < 0.05
    assert 0.95 < max(drawn) <= 1


def test_after_the_last_attempt_a_row_is_dead_and_visible(settings: object) -> None:
    settings.OUTBOX_MAX_ATTEMPTS = 3  # type: ignore[attr-defined]
    registry.job("samples.fail")(failing(ValueError("no")))
    entry = enqueue("samples.fail")
    counted = [metrics.outbox_attempts.labels("samples.fail", outcome) for outcome in ("retry", "dead")]
    before = [counter._value.get() for counter in counted]
    with capture_logs() as logs:
        for attempt in range(4):
            run(after=LONG * attempt)
    entry = again(entry)
    assert (entry.attempts, entry.available_at, entry.delivered_at) == (3, None, None)
    assert entry.dead_at is not None
    assert entry.last_error.startswith("ValueError: no at tenon/kernel/outbox/tests/samples.py:")
    assert [counter._value.get() - start for counter, start in zip(counted, before, strict=True)] == [2, 1]
    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("outbox_retry", "warning"),
        ("outbox_retry", "warning"),
        ("outbox_dead", "error"),
    ]
    assert (logs[-1]["name"], logs[-1]["error"]) == ("samples.fail", entry.last_error)
    assert relay.backlog().dead == 1


def test_a_permanent_failure_is_dead_at_once() -> None:
    registry.job("samples.fail")(failing(PermanentFailure("550 No such user")))
    entry = enqueue("samples.fail")
    run()
    entry = again(entry)
    assert entry.dead_at is not None
    assert (entry.attempts, entry.last_error) == (1, "550 No such user")


def test_an_event_dies_at_once_only_where_every_consumer_says_so() -> None:
    registry.subscribe(Happened)(failing(PermanentFailure("never")))
    registry.subscribe(Happened)(failing(ValueError("later"), name="second"))
    [entry] = publish(1)
    run()
    entry = again(entry)
    assert entry.dead_at is None
    assert "never" in entry.last_error
    assert "ValueError: later" in entry.last_error


@pytest.mark.parametrize("kind", ["event", "job"])
def test_a_name_that_nobody_knows_is_a_failure_like_others(kind: str, settings: object) -> None:
    settings.OUTBOX_MAX_ATTEMPTS = 2  # type: ignore[attr-defined]
    [entry] = publish(1)
    Entry.objects.update(kind=kind, name="samples.removed")
    run()
    assert again(entry).dead_at is None, "another version of the code may know it"
    run(after=LONG)
    entry = again(entry)
    assert entry.dead_at is not None
    assert "samples.removed" in entry.last_error


def test_a_payload_that_the_code_cannot_read_is_a_failure_like_others() -> None:
    seen = collect()
    [entry] = publish(1)
    Entry.objects.update(payload={"number": "one"})
    run()
    assert seen == []
    assert again(entry).last_error == "number: A str does not fit <class 'int'>."


def test_a_secret_payload_is_wiped_on_delivery() -> None:
    seen = []

    @registry.job("samples.tell")
    def tell(*, secret: str) -> None:
        seen.append(secret)

    entry = enqueue("samples.tell", {"secret": "hunter2"}, secret=True)
    run()
    assert seen == ["hunter2"]
    assert again(entry).payload is None


def test_a_dead_secret_row_stays_sealed_and_can_be_retried() -> None:
    fail = failing(PermanentFailure("refused hunter2"), times=1)
    seen = []

    @registry.job("samples.tell")
    def tell(*, secret: str) -> None:
        fail()
        seen.append(secret)

    entry = enqueue("samples.tell", {"secret": "hunter2"}, secret=True)
    run()
    dead = again(entry)
    assert dead.dead_at is not None
    assert dead.payload == entry.payload
    assert dead.last_error == "refused •••"
    assert upkeep.retry(now=clock.now()) == 1
    run()
    assert seen == ["hunter2"]
    assert again(entry).payload is None


def test_a_secret_row_that_another_key_sealed_fails_visibly() -> None:
    registry.job("samples.tell")(lambda: None)
    entry = enqueue("samples.tell", secret=True)
    Entry.objects.update(payload="AAAA")
    run()
    assert again(entry).last_error.startswith("Unsealable")
