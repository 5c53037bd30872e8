"""Jobs that a broker is told of: the row stays the truth, whatever the broker and the workers do."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.outbox import handover, registry, relay
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import again, collect, enqueue, publish, run

pytestmark = pytest.mark.django_db
NAME = "samples.handed"
LEASE = timedelta(seconds=60)
SOON = timedelta(seconds=3)


class Pipe:
    """A broker in memory, which may be away."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []
        self.takes = 1_000_000

    def publish(self, entries: Sequence[Entry]) -> int:
        taken = entries[: self.takes]
        self.takes -= len(taken)
        self.ids += [entry.id for entry in taken]
        return len(taken)

    def work(self, *, after: timedelta = timedelta(0)) -> list[str]:
        """What a worker makes of all that it is told of."""
        told, self.ids = self.ids, []
        results = [relay.run_handed_over(entry_id, now=clock.now() + after) for entry_id in told]
        return [str(result.outcome) if result else "nothing" for result in results]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """In use, with room for four."""
    monkeypatch.setattr(handover, "_brokers", [])
    pipe = Pipe()
    handover.register(pipe.publish, in_flight=4)
    return pipe


@pytest.fixture
def ran() -> list[int]:
    """The numbers that the job was called with."""
    numbers: list[int] = []
    registry.job(NAME)(lambda *, number: numbers.append(number))
    return numbers


def jobs(*numbers: int, **options: str) -> list[Entry]:
    return [enqueue(NAME, {"number": number}, **options) for number in numbers]


def test_jobs_go_to_a_worker_and_events_stay(pipe: Pipe, ran: list[int]) -> None:
    seen = collect()
    publish(7)
    [entry] = jobs(1)
    assert run() == 2
    assert (seen, ran, pipe.ids) == ([7], [], [entry.id])
    assert again(entry).handed_over_at is not None
    assert run() == 0
    assert pipe.work() == ["delivered"]
    assert ran == [1]
    entry = again(entry)
    assert entry.delivered_at is not None
    assert (entry.handed_over_at, entry.claim, entry.attempts, entry.unsettled) == (None, None, 1, 0)


def test_a_message_that_comes_twice_runs_nothing_twice(pipe: Pipe, ran: list[int]) -> None:
    jobs(1)
    run()
    pipe.ids *= 3
    assert pipe.work() == ["delivered", "nothing", "nothing"]
    assert ran == [1]


def test_what_the_broker_lost_is_handed_over_again(pipe: Pipe, ran: list[int]) -> None:
    jobs(1)
    run()
    pipe.ids.clear()
    assert run(after=LEASE - timedelta(seconds=5)) == 0
    assert run(after=LEASE + SOON) == 1
    assert pipe.work(after=LEASE + SOON) == ["delivered"]
    assert ran == [1]


def test_a_broker_that_is_away_gets_a_pause_and_then_all(pipe: Pipe, ran: list[int]) -> None:
    seen = collect()
    pipe.takes = 1
    jobs(1, 2, 3)
    with capture_logs() as logs:
        assert run() == 1
    assert [(log["event"], log["waiting"]) for log in logs] == [("broker_lost", 2)]
    publish(7)
    assert run() == 1, "events are delivered meanwhile"
    assert seen == [7]
    pipe.takes = 1_000
    assert run() == 0, "it is left alone for a moment"
    assert run(after=SOON) == 2
    pipe.work(after=SOON)
    assert ran == [1, 2, 3]


def test_no_more_than_there_is_room_for_lies_with_the_broker(pipe: Pipe, ran: list[int]) -> None:
    jobs(*range(6))
    assert run() == 4
    assert run() == 0
    pipe.work()
    assert run() == 2
    pipe.work()
    assert ran == list(range(6))


def test_a_failure_comes_back_by_the_same_rules(pipe: Pipe, settings: object) -> None:
    settings.OUTBOX_MAX_ATTEMPTS = 2  # type: ignore[attr-defined]

    @registry.job(NAME)
    def fail() -> None:
        raise ValueError("broken")

    entry = enqueue(NAME)
    later = timedelta(hours=1)
    with capture_logs():
        run()
        assert pipe.work() == ["retry"]
        assert run(after=later) == 1
        assert pipe.work(after=later) == ["dead"]
    assert "broken" in again(entry).last_error


def test_jobs_of_one_aggregate_follow_one_another(pipe: Pipe, ran: list[int]) -> None:
    jobs(1, 2, 3, aggregate="sample:1")
    assert run() == 1
    assert [pipe.work() for _ in range(3)] == [["delivered"]] * 3
    assert ran == [1, 2, 3]


def test_an_event_that_follows_a_job_is_left_to_the_relay(pipe: Pipe, ran: list[int]) -> None:
    seen = collect()
    jobs(1, aggregate="sample:1")
    publish(7, aggregate="sample:1")
    run()
    pipe.work()
    assert (pipe.ids, seen) == ([], [])
    assert run() == 1
    assert seen == [7]


class Killed(BaseException):
    """As good as `kill -9`: nothing is said any more."""


def poison() -> None:
    raise Killed


def by_relay(after: timedelta) -> None:
    with pytest.raises(Killed):
        run(after=after)


def test_what_kills_its_process_again_and_again_is_dead(settings: object) -> None:
    settings.OUTBOX_MAX_LOSSES = 3  # type: ignore[attr-defined]
    registry.job(NAME)(poison)
    entry = enqueue(NAME)
    for attempt in range(3):
        by_relay(2 * LEASE * attempt)
    assert again(entry).dead_at is None
    with capture_logs():
        assert run(after=6 * LEASE) == 1
    assert again(entry).dead_at is not None
    assert again(entry).last_error.startswith("The process ended 3 times in a row")


def test_the_same_in_a_worker(pipe: Pipe, settings: object) -> None:
    settings.OUTBOX_MAX_LOSSES = 2  # type: ignore[attr-defined]
    registry.job(NAME)(poison)
    entry = enqueue(NAME)
    for attempt in range(2):
        run(after=2 * LEASE * attempt)
        with pytest.raises(Killed):
            pipe.work(after=2 * LEASE * attempt)
    with capture_logs():
        run(after=5 * LEASE)
        assert pipe.work(after=5 * LEASE) == ["dead"]
    assert again(entry).attempts == 2


def test_a_failure_that_is_told_of_is_no_loss(settings: object) -> None:
    settings.OUTBOX_MAX_LOSSES = 2  # type: ignore[attr-defined]
    fates: list[Callable[[], None]] = [poison, lambda: None, poison, lambda: None]

    @registry.job(NAME)
    def uncertain() -> None:
        fates.pop(0)()
        raise ValueError

    entry, day = enqueue(NAME), timedelta(days=1)
    with capture_logs():
        for attempt in range(4):
            if fates[0] is poison:
                by_relay(day * attempt)
            else:
                run(after=day * attempt)
    assert again(entry).dead_at is None
    assert again(entry).attempts == 4


def test_whom_a_job_names_is_told_of_its_death() -> None:
    told: list[UUID] = []

    @registry.job(NAME, died=told.append)
    def fail() -> None:
        raise PermanentFailure("no use")

    entry = enqueue(NAME)
    with capture_logs():
        run()
    assert told == [entry.id]
