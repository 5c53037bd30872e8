"""Several relays at once, in threads with connections of their own: every row once, every effect once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from django.db import connections, transaction

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import claims, delivery, publishing, registry, relay, schedules
from tenon.kernel.outbox.models import Entry, Receipt
from tenon.kernel.outbox.tests.samples import Happened, enqueue, publish

pytestmark = pytest.mark.usefixtures("committed")


T = TypeVar("T")


def together(work: Callable[[int], T], *, threads: int) -> list[T]:
    """What `work` returns in each of so many threads, which begin at the same moment."""
    start = threading.Barrier(threads)

    def begin(number: int) -> T:
        start.wait(30)
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def _effects() -> Counter[int]:
    """How often each number took effect; an effect is a row, so that a rollback takes it back."""
    payloads = Entry.objects.filter(name="samples.effect").values_list("payload", flat=True)
    return Counter(payload["number"] for payload in payloads)


def _register_effect() -> None:
    registry.job("samples.effect")(lambda number: None)

    @registry.subscribe(Happened)
    def take_effect(event: Happened) -> None:
        publishing.enqueue("samples.effect", {"number": event.number}, not_before=clock.now() + timedelta(days=1))


def _deliver_all(_: int) -> int:
    """A relay that runs until nothing is left; returns how many attempts it made."""
    worked = 0
    while Entry.objects.pending().filter(name="samples.happened").exists():
        worked += relay.run_once(now=clock.now(), batch=7)
    return worked


def test_relays_beside_one_another_take_every_row_once() -> None:
    _register_effect()
    publish(*range(60))
    publish(*range(100, 120), aggregate="sample:1")

    assert sum(together(_deliver_all, threads=4)) == 80
    assert _effects() == Counter([*range(60), *range(100, 120)])
    assert not Entry.objects.filter(name="samples.happened", attempts__gt=1).exists()


def test_one_aggregate_stays_in_order_whoever_delivers() -> None:
    _register_effect()
    for number in range(40):
        publish(number, aggregate="sample:1")
    together(_deliver_all, threads=4)
    rows = Entry.objects.filter(name="samples.effect").order_by("sequence").values_list("payload", flat=True)
    assert [payload["number"] for payload in rows] == list(range(40))


def test_the_same_row_in_several_hands_takes_effect_once() -> None:
    _register_effect()
    entries = publish(*range(10))
    for entry in entries:
        failures = together(lambda _, entry=entry: delivery.attempt(entry), threads=6)
        assert failures == [None] * 6
    assert _effects() == Counter(range(10))
    assert Receipt.objects.count() == 10


def test_a_claim_has_one_winner() -> None:
    publish(*range(40))
    now = clock.now()
    taken = together(
        lambda _: [e.sequence for e in claims.claim(now=now, limit=10, token=new_id(), lease=timedelta(minutes=1))],
        threads=4,
    )
    flat = [sequence for share in taken for sequence in share]
    assert len(flat) == len(set(flat))


def test_the_next_row_of_an_aggregate_has_one_winner() -> None:
    head, _ = publish(1, 2, aggregate="sample:1")
    now = clock.now()
    won = together(lambda _: claims.follow(head, now=now, token=new_id(), lease=timedelta(minutes=1)), threads=6)
    assert len([entry for entry in won if entry]) == 1


def test_a_schedule_fires_once_however_many_relays_look() -> None:
    registry.job("samples.often")(lambda: None)
    registry.schedule("samples.often", every=timedelta(minutes=5))
    now = clock.now()
    for minutes in (0, 1, 5, 6, 10):
        together(lambda _, at=now + timedelta(minutes=minutes): schedules.enqueue_due(now=at), threads=6)
        relay.drain()
    assert Entry.objects.filter(name="samples.often").count() == 3


def test_a_rollback_leaves_nothing_and_a_commit_everything() -> None:
    registry.job("samples.job")(lambda: None)

    def undone() -> None:
        with transaction.atomic():
            publishing.publish(Happened(1))
            publishing.enqueue("samples.job", {})
            raise LookupError

    with pytest.raises(LookupError):
        undone()
    assert not Entry.objects.exists()
    enqueue("samples.job")
    assert Entry.objects.count() == 1
