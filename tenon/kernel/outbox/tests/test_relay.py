"""What is due is delivered, once to each consumer; what fails comes back, and in the end is dead and visible."""

from datetime import timedelta

import pytest
from django.db import transaction
from structlog.testing import capture_logs

from tenon.kernel import clock, metrics
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import backoff, claims, delivery, publishing, registry, relay, upkeep
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


class TestOrder:
    """Rows of one aggregate wait for one another; rows of several do not."""

    def test_of_one_aggregate(self) -> None:
        seen = collect()
        publish(*range(30), aggregate="sample:1")
        assert run() == 30
        assert seen == list(range(30))

    def test_a_batch_ends_where_it_should(self) -> None:
        seen = collect()
        publish(*range(5), aggregate="sample:1")
        assert run(batch=3) == 3
        assert seen == [0, 1, 2]

    def test_a_failed_row_holds_up_its_aggregate_alone(self) -> None:
        fail = failing(ValueError("no"), times=1)
        seen: list[int] = []

        @registry.subscribe(Happened)
        def handle(event: Happened) -> None:
            if event.number == 0:
                fail()
            seen.append(event.number)

        publish(0, 1, 2, aggregate="sample:1")
        publish(10, 11, aggregate="sample:2")
        publish(20)
        run()
        assert sorted(seen) == [10, 11, 20]
        run()
        assert sorted(seen) == [10, 11, 20]
        run(after=LONG)
        assert seen[3:] == [0, 1, 2]

    def test_a_dead_row_releases_its_aggregate(self) -> None:
        seen: list[int] = []

        @registry.subscribe(Happened)
        def handle(event: Happened) -> None:
            if event.number == 0:
                raise PermanentFailure("never")
            seen.append(event.number)

        publish(0, 1, 2, aggregate="sample:1")
        run()
        assert seen == [1, 2]

    def test_a_dead_row_that_is_retried_goes_out_of_turn_and_alone(self) -> None:
        fail = failing(PermanentFailure("not yet"), times=1)
        seen: list[int] = []

        @registry.subscribe(Happened)
        def handle(event: Happened) -> None:
            if event.number == 0:
                fail()
            seen.append(event.number)

        publish(0, 1, aggregate="sample:1")
        run()
        upkeep.retry(now=clock.now())
        publish(2, 3, aggregate="sample:1")
        [retried] = claims.claim(now=clock.now(), limit=100, token=new_id(), lease=LEASE)
        assert retried.payload == {"number": 0}
        claims.release([retried], token=retried.claim)  # type: ignore[arg-type]
        run()
        assert seen == [1, 0, 2, 3]

    def test_a_row_that_is_not_due_holds_up_what_comes_after_it(self) -> None:
        seen = collect()
        first, _ = publish(0, 1, aggregate="sample:1")
        Entry.objects.filter(id=first.id).update(available_at=clock.now() + timedelta(hours=1))
        assert run() == 0
        run(after=timedelta(hours=2))
        assert seen == [0, 1]

    def test_a_row_after_the_head_is_not_taken_before_it_is_due(self) -> None:
        seen = collect()
        _, second = publish(0, 1, aggregate="sample:1")
        Entry.objects.filter(id=second.id).update(available_at=clock.now() + timedelta(hours=1))
        assert run() == 1
        assert seen == [0]

    def test_a_row_in_hand_holds_up_what_comes_after_it(self) -> None:
        publish(0, 1, aggregate="sample:1")
        [held] = claims.claim(now=clock.now(), limit=100, token=new_id(), lease=LEASE)
        assert held.payload == {"number": 0}
        assert claims.claim(now=clock.now(), limit=100, token=new_id(), lease=LEASE) == []


class TestClaims:
    """A claim has one holder and an end."""

    def test_two_relays_share_the_rows(self) -> None:
        entries = publish(*range(10))
        first = claims.claim(now=clock.now(), limit=6, token=new_id(), lease=LEASE)
        second = claims.claim(now=clock.now(), limit=6, token=new_id(), lease=LEASE)
        assert [entry.id for entry in first + second] == [entry.id for entry in entries]

    def test_what_a_killed_relay_held_is_taken_over_when_its_lease_has_ended(self) -> None:
        seen = collect()
        publish(1)
        claims.claim(now=clock.now(), limit=1, token=new_id(), lease=LEASE)
        assert run(after=LEASE - timedelta(seconds=5)) == 0
        assert run(after=LEASE + timedelta(seconds=1)) == 1
        assert seen == [1]

    def test_who_has_lost_a_claim_settles_nothing(self) -> None:
        publish(1)
        now = clock.now()
        [slow] = claims.claim(now=now, limit=1, token=new_id(), lease=LEASE)
        [taken_over] = claims.claim(now=now + LEASE, limit=1, token=new_id(), lease=LEASE)
        assert not claims.begin(slow, now=now, lease=LEASE)
        assert not claims.deliver(slow, now=now)
        assert not claims.postpone(slow, until=now, error="slow")
        assert not claims.bury(slow, now=now, error="slow")
        claims.release([slow], token=slow.claim)  # type: ignore[arg-type]
        assert claims.deliver(taken_over, now=now)

    def test_a_row_that_was_lost_while_it_waited_is_not_run(self) -> None:
        seen: list[int] = []

        @registry.subscribe(Happened)
        def handle(event: Happened) -> None:
            seen.append(event.number)
            Entry.objects.filter(payload={"number": 2}).update(claim=new_id())

        publish(1, 2)
        with capture_logs():
            assert run() == 2
        assert seen == [1]

    def test_losing_the_claim_during_an_attempt_is_reported(self) -> None:
        @registry.subscribe(Happened)
        def handle(event: Happened) -> None:
            Entry.objects.update(claim=new_id())

        publish(1)
        with capture_logs() as logs:
            run()
        assert [log["event"] for log in logs] == ["outbox_claim_lost"]

    def test_a_follower_that_another_relay_took_first_is_left_to_it(self) -> None:
        head, second = publish(0, 1, aggregate="sample:1")
        token = new_id()
        [held] = claims.claim(now=clock.now(), limit=1, token=token, lease=LEASE)
        assert held.id == head.id
        assert claims.deliver(held, now=clock.now())
        claims.claim(now=clock.now(), limit=1, token=new_id(), lease=LEASE)
        assert claims.follow(held, now=clock.now(), token=token, lease=LEASE) is None
        assert again(second).claim != token

    def test_a_relay_that_is_told_to_stop_gives_back_what_it_has_not_begun(self) -> None:
        seen = collect()
        publish(*range(5))
        worked = relay.run_once(now=clock.now(), stopping=lambda: len(seen) == 2)
        assert worked == 2
        assert Entry.objects.filter(claim__isnull=False).count() == 0
        assert run() == 3

    def test_a_slow_row_does_not_hold_the_rest_of_its_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relay, "HOLD", timedelta(0))
        publish(1, 2)
        assert run() == 0
        assert Entry.objects.filter(claim__isnull=False).count() == 0

    def test_a_row_that_kills_its_process_is_dead_after_the_last_attempt(self, settings: object) -> None:
        settings.OUTBOX_MAX_ATTEMPTS = 2  # type: ignore[attr-defined]

        class Killed(BaseException):
            pass

        @registry.job("samples.poison")
        def poison() -> None:
            raise Killed

        entry = enqueue("samples.poison")
        for attempt in range(2):
            with pytest.raises(Killed):
                run(after=LONG * attempt)
        assert again(entry).dead_at is None
        assert run(after=LONG * 2) == 1
        entry = again(entry)
        assert entry.dead_at is not None
        assert entry.last_error == "The process ended during the last attempt."

    def test_a_job_can_ask_for_a_longer_lease(self) -> None:
        ends = []

        @registry.job("samples.long", lease=timedelta(hours=3))
        def long() -> None:
            ends.append(Entry.objects.get().claimed_until)

        before = clock.now()
        enqueue("samples.long")
        run()
        assert ends[0] is not None
        assert ends[0] >= before + timedelta(hours=3)


class TestDrain:
    """What tests of other apps run."""

    def test_runs_what_handlers_publish(self) -> None:
        seen = []
        registry.job("samples.count")(lambda number: seen.append(number))
        registry.subscribe(Happened)(lambda event: publishing.enqueue("samples.count", {"number": event.number}))
        publish(1, 2)
        assert relay.drain() == 4
        assert seen == [1, 2]

    def test_says_what_failed(self) -> None:
        registry.job("samples.fail")(failing(ValueError("no")))
        enqueue("samples.fail")
        with pytest.raises(relay.DrainFailed, match=r"samples\.fail: ValueError: no") as raised:
            relay.drain()
        assert isinstance(raised.value.__cause__, ValueError)

    def test_ends_where_a_job_enqueues_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relay, "MOST_DRAINED", 20)
        registry.job("samples.again")(lambda: publishing_again())

        def publishing_again() -> None:
            enqueue("samples.again")

        publishing_again()
        with pytest.raises(relay.DrainFailed, match="enqueue itself"):
            relay.drain()
