"""A claim has one holder and an end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import claims, registry, relay
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import Happened, again, collect, enqueue, publish, run

pytestmark = pytest.mark.django_db

LONG = timedelta(days=1)
LEASE = timedelta(seconds=60)


def test_two_relays_share_the_rows() -> None:
    entries = publish(*range(10))
    first = claims.claim(now=clock.now(), limit=6, token=new_id(), lease=LEASE)
    second = claims.claim(now=clock.now(), limit=6, token=new_id(), lease=LEASE)
    assert [entry.id for entry in first + second] == [entry.id for entry in entries]


def test_what_a_killed_relay_held_is_taken_over_when_its_lease_has_ended() -> None:
    seen = collect()
    publish(1)
    claims.claim(now=clock.now(), limit=1, token=new_id(), lease=LEASE)
    assert run(after=LEASE - timedelta(seconds=5)) == 0
    assert run(after=LEASE + timedelta(seconds=1)) == 1
    assert seen == [1]


def test_who_has_lost_a_claim_settles_nothing() -> None:
    registry.job("samples.job")(lambda: None)
    enqueue("samples.job")
    now = clock.now()
    [slow] = claims.claim(now=now, limit=1, token=new_id(), lease=LEASE)
    [taken_over] = claims.claim(now=now + LEASE, limit=1, token=new_id(), lease=LEASE)
    assert not claims.begin(slow, now=now, lease=LEASE)
    assert not claims.deliver(slow, now=now)
    assert not claims.postpone(slow, until=now, error="slow")
    assert not claims.bury(slow, now=now, error="slow")
    claims.release([slow], token=slow.claim)  # type: ignore[arg-type]
    assert claims.deliver(taken_over, now=now)


def test_a_row_that_was_lost_while_it_waited_is_not_run() -> None:
    seen: list[int] = []

    @registry.job("samples.count")
    def count(*, number: int) -> None:
        seen.append(number)
        Entry.objects.filter(payload={"number": 2}).update(claim=new_id())

    enqueue("samples.count", {"number": 1})
    enqueue("samples.count", {"number": 2})
    with capture_logs():
        assert run() == 2
    assert seen == [1]


def test_losing_the_claim_during_an_attempt_is_reported() -> None:
    @registry.subscribe(Happened)
    def handle(event: Happened) -> None:
        Entry.objects.update(claim=new_id())

    publish(1)
    with capture_logs() as logs:
        run()
    assert [log["event"] for log in logs] == ["outbox_claim_lost"]


def test_a_follower_that_another_relay_took_first_is_left_to_it() -> None:
    head, second = publish(0, 1, aggregate="sample:1")
    token = new_id()
    [held] = claims.claim(now=clock.now(), limit=1, token=token, lease=LEASE)
    assert held.id == head.id
    assert claims.deliver(held, now=clock.now())
    claims.claim(now=clock.now(), limit=1, token=new_id(), lease=LEASE)
    assert claims.follow(held, now=clock.now(), token=token, lease=LEASE) is None
    assert again(second).claim != token


def test_a_relay_that_is_told_to_stop_gives_back_what_it_has_not_begun() -> None:
    seen = collect()
    publish(*range(5))
    worked = relay.run_once(now=clock.now(), stopping=lambda: len(seen) == 2)
    assert worked == 2
    assert Entry.objects.filter(claim__isnull=False).count() == 0
    assert run() == 3


def test_a_slow_row_does_not_hold_the_rest_of_its_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "HOLD", timedelta(0))
    publish(1, 2)
    assert run() == 0
    assert Entry.objects.filter(claim__isnull=False).count() == 0


def test_a_row_that_kills_its_process_is_dead_after_the_last_attempt(settings: object) -> None:
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


def test_a_round_that_was_broken_off_gives_back_even_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = collect()
    publish(1, 2)
    deliver, lost = claims.deliver_begun, [OperationalError("the connection is lost")]

    def once_lost(entries: Sequence[Entry], *, now: datetime) -> set[int]:
        if lost:
            raise lost.pop()
        return deliver(entries, now=now)

    monkeypatch.setattr(claims, "deliver_begun", once_lost)
    token = new_id()
    with pytest.raises(OperationalError):
        relay.run_once(now=clock.now(), token=token)
    assert claims.recover(token=new_id()) == 0
    assert claims.recover(token=token) == 2
    assert run() == 2
    assert seen == [1, 2]


def test_a_job_can_ask_for_a_longer_lease() -> None:
    ends = []

    @registry.job("samples.long", lease=timedelta(hours=3))
    def long() -> None:
        ends.append(Entry.objects.get().claimed_until)

    before = clock.now()
    enqueue("samples.long")
    run()
    assert ends[0] is not None
    assert ends[0] >= before + timedelta(hours=3)


class Killed(BaseException):
    """What a process that is killed looks like from inside."""


def test_an_event_that_kills_its_process_is_found_among_its_batch(settings: object) -> None:
    """The first loss is everybody's; after that each is begun alone, and only who kills again is put aside."""
    settings.OUTBOX_MAX_LOSSES = 3  # type: ignore[attr-defined]
    seen: list[int] = []

    @registry.subscribe(Happened)
    def handle(event: Happened) -> None:
        if event.number == 2:
            raise Killed
        seen.append(event.number)

    entries = publish(1, 2, 3)
    with capture_logs():
        for day in range(4):
            with suppress(Killed):
                run(after=LONG * day)
        while run(after=LONG * 5):
            pass
    assert sorted(seen) == [1, 3]
    poison = again(entries[1])
    assert poison.dead_at is not None
    assert poison.last_error.startswith("The process ended 3 times")
    assert all(again(entry).delivered_at for entry in (entries[0], entries[2]))


def test_what_is_given_back_untried_counts_no_loss() -> None:
    seen = collect()
    entries = publish(1, 2)
    relay.run_once(now=clock.now(), stopping=lambda: bool(seen))
    assert [(again(entry).attempts, again(entry).unsettled) for entry in entries] == [(1, 0), (0, 0)]


def test_losing_one_of_many_is_reported_of_that_one() -> None:
    @registry.subscribe(Happened)
    def handle(event: Happened) -> None:
        Entry.objects.filter(payload={"number": 2}).update(claim=new_id())

    publish(1, 2, 3)
    with capture_logs() as logs:
        assert run() == 3
    assert [log["event"] for log in logs if log["log_level"] != "debug"] == ["outbox_claim_lost"]
    assert Entry.objects.filter(delivered_at__isnull=False).count() == 2
