"""Of many that bring the same key at once, one acts, on every engine."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Event, Lock
from typing import Any

import pytest
from django.db import connection, connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import clock
from tenon.kernel.errors import Conflict
from tenon.kernel.idempotency import atomic, keys, phased, records
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.errors import InProgress
from tenon.kernel.idempotency.keys import Asked
from tenon.kernel.idempotency.models import Record
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.principal import ANONYMOUS
from tenon.testing.databases import Clone

CALLERS = 16
NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def _database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of the module's own: what the threads commit is not rolled back."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def asked(key: str) -> Asked:
    return keys.asked(key=key, principal=ANONYMOUS, caller="here", method="POST", route="r", content=b"c")


def effects(key: str) -> int:
    return Entry.objects.filter(aggregate=key).count()


def act(key: str) -> Answer:
    """One effect, and an answer that nobody gives twice."""
    enqueue("limits.purge", {}, aggregate=key)
    return Answer(201, (("Location", "/"),), new_id().bytes)


def together(work: Callable[[], Any]) -> list[Any]:
    """What each of the callers got, or was refused with; none starts before all can."""
    start = Barrier(CALLERS, timeout=60)

    def call(_number: int) -> Any:
        start.wait()
        try:
            return work()
        except Conflict as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(call, range(CALLERS)))


def test_one_acts_and_the_others_repeat_its_answer_or_come_too_early() -> None:
    outcomes = together(lambda: atomic.run(asked("one"), lambda: act("one"), now=NOW))
    answered = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    assert len({answer for answer, _ in answered}) == 1
    assert [replayed for _, replayed in answered].count(False) == 1
    assert all(isinstance(outcome, InProgress) for outcome in outcomes if outcome not in answered)
    # Only PostgreSQL tells without waiting; elsewhere the others wait, and repeat.
    if connection.vendor != "postgresql":
        assert len(answered) == CALLERS
    assert atomic.run(asked("one"), lambda: act("one"), now=NOW) == (answered[0][0], True)
    assert effects("one") == 1


def test_none_of_many_repetitions_comes_too_early() -> None:
    first = atomic.run(asked("zero"), lambda: act("zero"), now=NOW)
    outcomes = together(lambda: atomic.run(asked("zero"), lambda: act("zero"), now=NOW))
    assert outcomes == [(first[0], True)] * CALLERS
    assert effects("zero") == 1


@pytest.mark.postgresql
def test_whoever_was_first_unseen_is_found_out_before_anything_counts() -> None:
    """As where the first commits between another's look at the row and its lock."""

    def overtaken() -> Answer:
        records.keep(asked("late"), Answer(200, (), b"first"), now=NOW)
        return act("late")

    with pytest.raises(InProgress):
        atomic.run(asked("late"), overtaken, now=NOW)
    assert effects("late") == 0


def test_when_the_first_are_refused_another_acts() -> None:
    refusals, lock = iter(range(3)), Lock()

    def refuse_at_first() -> Answer:
        answer = act("two")
        with lock:
            refused = next(refusals, None) is not None
        if refused:
            raise Conflict
        return answer

    outcomes = together(lambda: atomic.run(asked("two"), refuse_at_first, now=NOW))
    while not any(isinstance(outcome, tuple) for outcome in outcomes):
        outcomes = together(lambda: atomic.run(asked("two"), refuse_at_first, now=NOW))
    assert effects("two") == 1
    assert len({outcome[0] for outcome in outcomes if isinstance(outcome, tuple)}) == 1


def test_one_works_in_steps_and_the_others_come_too_early_or_repeat_its_answer() -> None:
    calls: list[str] = []

    def work(operation: Operation) -> Answer:
        operation.commit("intent", lambda: enqueue("limits.purge", {}, aggregate="three"))
        operation.call("charge", calls.append)
        return Answer(201, (), b"")

    outcomes = together(lambda: phased.run(asked("three"), work, lease=LEASE, now=clock.now()))
    answered = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    assert [replayed for _, replayed in answered].count(False) == 1
    assert all(outcome.retry_after == 5 for outcome in outcomes if isinstance(outcome, InProgress))
    assert effects("three") == len(calls) == 1


def test_whoever_takes_over_a_lease_is_one() -> None:
    record = Record.objects.create(
        id=asked("four").id,
        fingerprint=asked("four").fingerprint,
        created_at=NOW,
        claim=new_id(),
        claimed_until=NOW,
    )

    def work(operation: Operation) -> Answer:
        assert operation.id == record.operation_id
        operation.commit("intent", lambda: enqueue("limits.purge", {}, aggregate="four"))
        return Answer(200, (), b"")

    outcomes = together(lambda: phased.run(asked("four"), work, lease=LEASE, now=clock.now()))
    assert [outcome[1] for outcome in outcomes if isinstance(outcome, tuple)].count(False) == 1
    assert effects("four") == 1


@pytest.mark.mariadb
def test_whoever_mariadb_ends_in_a_deadlock_came_too_early() -> None:
    """The first holds the key and wants a row; the second holds the row and waits for the key."""
    row = enqueue_one()
    held, waiting = Event(), Event()

    def first() -> None:
        try:
            with transaction.atomic():
                records.insert_first(asked("five"), now=NOW)
                for _ in range(20):  # of two, MariaDB ends the one that has changed less
                    enqueue("limits.purge", {}, aggregate="five")
                held.set()
                assert waiting.wait(60)
                Entry.objects.filter(pk=row).update(attempts=1)
        finally:
            connections.close_all()

    def second() -> None:
        try:
            with transaction.atomic():
                Entry.objects.filter(pk=row).update(attempts=2)
                assert held.wait(60)
                waiting.set()
                records.insert_first(asked("five"), now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        winner, loser = pool.submit(first), pool.submit(second)
        winner.result(120)
        with pytest.raises(InProgress):
            loser.result(120)
    assert Record.objects.filter(pk=asked("five").id).count() == 1
    assert Entry.objects.get(pk=row).attempts == 1


@pytest.mark.mariadb
def test_whoever_waits_too_long_for_mariadb_came_too_early() -> None:
    def second() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET innodb_lock_wait_timeout = 0")
                records.insert_first(asked("six"), now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        records.insert_first(asked("six"), now=NOW)
        with pytest.raises(InProgress):
            pool.submit(second).result(60)


@pytest.mark.parametrize(
    "engine",
    [pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("mariadb", marks=pytest.mark.mariadb)],
)
@pytest.mark.parametrize("phases", [False, True])
def test_whoever_is_ended_in_a_deadlock_acts_once_all_the_same(engine: str, phases: bool) -> None:
    """Two requests take two rows in opposite order: one of them is undone, and done again."""
    rows = [enqueue_one(), enqueue_one()]
    keys_of = [f"seven-{engine}-{phases}-{number}" for number in range(2)]
    meeting, tries, charged = Barrier(2, timeout=60), list[str](), list[str]()

    def act_on(number: int) -> Answer:
        key = keys_of[number]
        answer = act(key)
        Entry.objects.filter(pk=rows[number]).update(attempts=number + 1)
        tries.append(key)
        if tries.count(key) == 1:
            meeting.wait()
        Entry.objects.filter(pk=rows[1 - number]).update(attempts=number + 1)
        return answer

    def work(number: int, operation: Operation) -> Answer:
        operation.commit("intent", lambda: act_on(number) and None)
        operation.call("charge", charged.append)
        return Answer(201, (), b"")

    def call(number: int) -> tuple[Answer, bool]:
        try:
            if phases:
                return phased.run(asked(keys_of[number]), partial(work, number), lease=LEASE, now=clock.now())
            return atomic.run(asked(keys_of[number]), partial(act_on, number), now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(call, range(2)))
    assert [(answer.status, replayed) for answer, replayed in outcomes] == [(201, False)] * 2
    assert len(tries) == 3
    assert [effects(key) for key in keys_of] == [1, 1]
    assert len(charged) == (2 if phases else 0)
    assert len(set(Entry.objects.filter(pk__in=rows).values_list("attempts", flat=True))) == 1


def enqueue_one() -> int:
    with transaction.atomic():
        enqueue("limits.purge", {}, aggregate="a row")
    found: int = Entry.objects.filter(aggregate="a row").latest("sequence").sequence
    return found
