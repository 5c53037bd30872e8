"""Rows of one aggregate wait for one another; rows of several do not."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import claims, registry, upkeep
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import Happened, collect, failing, publish, run

pytestmark = pytest.mark.django_db

LONG = timedelta(days=1)
LEASE = timedelta(seconds=60)


def test_one_aggregate_is_delivered_in_the_order_of_writing() -> None:
    seen = collect()
    publish(*range(30), aggregate="sample:1")
    assert run() == 30
    assert seen == list(range(30))


def test_a_batch_ends_where_it_should() -> None:
    seen = collect()
    publish(*range(5), aggregate="sample:1")
    assert run(batch=3) == 3
    assert seen == [0, 1, 2]


def test_a_failed_row_holds_up_its_aggregate_alone() -> None:
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


def test_a_dead_row_releases_its_aggregate() -> None:
    seen: list[int] = []

    @registry.subscribe(Happened)
    def handle(event: Happened) -> None:
        if event.number == 0:
            raise PermanentFailure("never")
        seen.append(event.number)

    publish(0, 1, 2, aggregate="sample:1")
    run()
    assert seen == [1, 2]


def test_a_dead_row_that_is_retried_goes_out_of_turn_and_alone() -> None:
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


def test_a_row_that_is_not_due_holds_up_what_comes_after_it() -> None:
    seen = collect()
    first, _ = publish(0, 1, aggregate="sample:1")
    Entry.objects.filter(id=first.id).update(available_at=clock.now() + timedelta(hours=1))
    assert run() == 0
    run(after=timedelta(hours=2))
    assert seen == [0, 1]


def test_a_row_after_the_head_is_not_taken_before_it_is_due() -> None:
    seen = collect()
    _, second = publish(0, 1, aggregate="sample:1")
    Entry.objects.filter(id=second.id).update(available_at=clock.now() + timedelta(hours=1))
    assert run() == 1
    assert seen == [0]


def test_a_row_in_hand_holds_up_what_comes_after_it() -> None:
    publish(0, 1, aggregate="sample:1")
    [held] = claims.claim(now=clock.now(), limit=100, token=new_id(), lease=LEASE)
    assert held.payload == {"number": 0}
    assert claims.claim(now=clock.now(), limit=100, token=new_id(), lease=LEASE) == []
