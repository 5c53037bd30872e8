"""The relay's threads poll, survive, and stop when they are told."""

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from structlog.testing import capture_logs

from tenon.kernel.outbox import claims, registry, relay, worker
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import Happened, publish

WAIT = 30


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    settings.RELAY_POLL_SECONDS = 0.01  # type: ignore[attr-defined]
    settings.RELAY_THREADS = 2  # type: ignore[attr-defined]
    monkeypatch.setattr(worker, "FIRST_PAUSE", timedelta(milliseconds=1))
    monkeypatch.setattr(worker, "LONGEST_PAUSE", timedelta(milliseconds=5))


@pytest.mark.usefixtures("committed")
def test_it_delivers_what_comes_and_stops() -> None:
    arrived = threading.Event()
    registry.subscribe(Happened)(lambda event: arrived.set())
    running = worker.Relay()
    running.start()
    assert running.alive
    [entry] = publish(1)
    assert arrived.wait(WAIT)
    assert running.stop()
    assert not running.alive
    assert Entry.objects.get(id=entry.id).delivered_at is not None


@pytest.mark.usefixtures("committed")
def test_a_lost_database_does_not_make_a_row_wait_for_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    deliver, delivered, lost = claims.deliver_begun, threading.Event(), [OperationalError("the connection is lost")]

    def once_lost(entries: Sequence[Entry], *, now: datetime) -> set[int]:
        if lost:
            raise lost.pop()
        delivered.set()
        return deliver(entries, now=now)

    monkeypatch.setattr(claims, "deliver_begun", once_lost)
    effects: list[int] = []
    registry.subscribe(Happened)(lambda event: effects.append(event.number))
    publish(1)
    running = worker.Relay()
    running.start()
    assert delivered.wait(WAIT)
    assert running.stop()
    assert effects == [1]


@pytest.mark.usefixtures("committed")
def test_it_enqueues_what_is_scheduled() -> None:
    ran = threading.Event()
    registry.job("samples.often")(lambda: ran.set())
    registry.schedule("samples.often", every=timedelta(hours=1))
    running = worker.Relay()
    running.start()
    assert ran.wait(WAIT)
    assert running.stop()
    assert Entry.objects.filter(name="samples.often").count() == 1


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (OperationalError("server closed the connection"), "relay_database_lost"),
        (KeyError("bug"), "relay_round_failed"),
    ],
)
def test_nothing_but_a_stop_ends_it(error: Exception, event: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = [error] * 20
    survived = threading.Event()

    def run_once(**_: object) -> int:
        if rounds:
            raise rounds.pop()
        survived.set()
        return 0

    monkeypatch.setattr(relay, "run_once", run_once)
    monkeypatch.setattr(worker.schedules, "enqueue_due", lambda **_: [])
    monkeypatch.setattr(worker.claims, "recover", lambda **_: 0)
    with capture_logs() as logs:
        running = worker.Relay()
        running.start()
        assert survived.wait(WAIT)
        assert running.alive
        assert running.stop()
    assert [log["event"] for log in logs].count(event) == 20


@pytest.mark.usefixtures("committed")
def test_chores_are_done_whatever_becomes_of_the_one_before() -> None:
    done = threading.Event()

    @registry.chore
    def fail(**_: object) -> int:
        raise LookupError

    @registry.chore
    def tidy(*, now: datetime, stopping: Callable[[], bool]) -> int:
        assert not stopping()
        done.set()
        return 0

    with capture_logs() as logs:
        running = worker.Relay()
        running.start()
        assert done.wait(WAIT)
        assert running.stop()
    assert "relay_round_failed" in {log["event"] for log in logs}


def test_a_row_that_takes_too_long_does_not_hold_up_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, end = threading.Event(), threading.Event()

    def run_once(**_: object) -> int:
        begun.set()
        end.wait(WAIT)
        return 1

    monkeypatch.setattr(relay, "run_once", run_once)
    monkeypatch.setattr(worker.schedules, "enqueue_due", lambda **_: [])
    running = worker.Relay()
    running.start()
    assert begun.wait(WAIT)
    assert not running.stop(within=timedelta(milliseconds=10))
    end.set()
    assert running.stop()


def test_a_stop_reaches_a_round_in_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    begun = threading.Event()
    running: list[worker.Relay] = []

    def run_once(*, stopping, **_: object) -> int:  # type: ignore[no-untyped-def]
        begun.set()
        while not stopping():
            threading.Event().wait(0.001)
        seen.append(True)
        return 0

    monkeypatch.setattr(relay, "run_once", run_once)
    monkeypatch.setattr(worker.schedules, "enqueue_due", lambda **_: [])
    running.append(worker.Relay())
    running[0].start()
    assert begun.wait(WAIT)
    assert running[0].stop()
    assert seen


def test_pauses_grow_to_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    pauses = [worker.pause(failures).total_seconds() for failures in range(1, 12)]
    assert pauses[:3] == [0.25, 0.5, 1.0]
    assert pauses[-1] == 4.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("finished", [True, False])
def test_the_command_stops_on_a_signal(number: signal.Signals, finished: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(number)
    monkeypatch.setattr(worker.Relay, "start", lambda self: signal.raise_signal(number))
    monkeypatch.setattr(worker.Relay, "stop", lambda self: finished)
    with nullcontext() if finished else pytest.raises(CommandError, match="took too long"):
        call_command("relay")
    assert signal.getsignal(number) is before


def test_the_command_fails_where_a_thread_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.Relay, "_run", lambda self, turn: None)
    with pytest.raises(CommandError, match="ended by itself"):
        call_command("relay")
