"""What operators see of jobs and may do with them."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http import keyset
from tenon.kernel.jobs import selectors, services
from tenon.kernel.jobs.errors import NotByHand, NotDead, StillWaiting, UnknownJob, WrongArguments, WrongPlan
from tenon.kernel.jobs.models import Run, RunState
from tenon.kernel.outbox import handover, registry, relay
from tenon.kernel.outbox import schedules as planning
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry, Schedule
from tenon.kernel.outbox.tests.samples import collect, enqueue, publish
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
PLAIN, CLOSE, SECRET = "samples.plain", "samples.close", "samples.secret"
HOUR = timedelta(hours=1)


class Fate:
    """What the jobs here come to."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.called: list[object] = []

    def __call__(self, *arguments: object) -> None:
        if self.error:
            raise self.error
        self.called.append(arguments)


@pytest.fixture(autouse=True)
def fate(monkeypatch: pytest.MonkeyPatch) -> Fate:
    """Three jobs, one of which comes back every hour."""
    for name in ("_consumers", "_jobs", "_schedules"):
        monkeypatch.setattr(registry, name, {})
    fate = Fate()

    @registry.job(CLOSE, by_hand=True, lease=2 * HOUR)
    def close(*, month: date, force: bool = False) -> None:
        """Close a month.

        For good.
        """
        fate(month, force)

    @registry.job(SECRET)
    def secret(*, to: str) -> None:
        fate(to)

    registry.job(PLAIN)(lambda: fate())
    registry.schedule(PLAIN, every=HOUR)
    return fate


def run(*, after: timedelta = timedelta(0)) -> None:
    with capture_logs():
        relay.run_once(now=clock.now() + after)


def states(now: datetime | None = None) -> list[str]:
    at = now or clock.now()
    return [each.state(now=at).value for each in selectors.runs(now=at)]


def test_what_there_is() -> None:
    close, plain, secret = selectors.known_jobs()
    assert (close.name, close.about, close.by_hand, close.schedule) == (CLOSE, "Close a month.", True, None)
    shown = [(each.name, each.type, each.required) for each in close.arguments]
    assert shown == [("month", "date", True), ("force", "bool", False)]
    assert close.lease_seconds == 7200
    assert (plain.by_hand, plain.schedule, plain.lease_seconds) == (True, "every 3600 s", None)
    assert secret.by_hand is False


def test_the_jobs_of_the_house_can_be_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert {"mail.deliver", "outbox.purge"} <= {each.name for each in selectors.known_jobs()}


class TestRuns:
    def test_their_states(self, fate: Fate, monkeypatch: pytest.MonkeyPatch) -> None:
        enqueue(PLAIN)
        assert states() == ["waiting"]
        fate.error = ValueError("broken")
        run()
        assert states() == ["retrying"]
        fate.error = PermanentFailure("for good")
        run(after=24 * HOUR)
        assert states() == ["dead"]
        fate.error = None
        enqueue(PLAIN)
        run()
        monkeypatch.setattr(handover, "_brokers", [])
        handover.register(len, in_flight=9)
        enqueue(PLAIN)
        run()
        handing = Run.objects.latest("sequence")
        held = enqueue(PLAIN)
        Entry.objects.filter(id=held.id).update(claim=uuid4(), claimed_until=clock.now() + HOUR, attempts=1)
        assert states() == ["running", "handed_over", "succeeded", "dead"]
        for state, number in dict.fromkeys(RunState, 1).items() | {(RunState.WAITING, 0), (RunState.RETRYING, 0)}:
            found = selectors.runs(now=clock.now(), state=state)
            assert len(found) in (number, 0)
            assert all(each.state(now=clock.now()) == state for each in found)
        late = clock.now() + 2 * HOUR
        assert states(late)[:2] == ["retrying", "waiting"], "whoever held them is gone"
        assert selectors.runs(now=late, state="handed_over").count() == 0
        assert selectors.runs(now=late, state="waiting").get().id == handing.id

    def test_how_one_went(self, fate: Fate) -> None:
        fate.error = ValueError("broken by ada@example.com")
        entry = enqueue(SECRET, {"to": "ada@example.com"})
        run()
        facts = selectors.run_facts(run_id=entry.id, now=clock.now())
        assert (facts.name, facts.state, facts.attempts) == (SECRET, RunState.RETRYING, 1)
        assert "broken by" in facts.error
        assert "ada@" not in str(facts)
        fate.error = None
        run(after=24 * HOUR)
        done = selectors.run_facts(run_id=entry.id, now=clock.now())
        assert (done.state, done.attempts, done.error) == (RunState.SUCCEEDED, 2, "")
        assert done.started_at is not None
        assert done.finished_at is not None
        assert done.finished_at >= done.started_at

    def test_events_are_none(self) -> None:
        collect()
        [event] = publish(1)
        assert not selectors.runs(now=clock.now())
        with pytest.raises(NotFound):
            selectors.run_facts(run_id=event.id, now=clock.now())

    def test_page_by_page(self) -> None:
        ids = [enqueue(PLAIN).id for _ in range(5)] + [enqueue(CLOSE, {"month": date(2026, 1, 1)}).id]
        found, cursor = [], None
        while True:
            order = (keyset.Order("sequence", descending=True),)
            page = keyset.fetch(selectors.runs(now=clock.now(), name=PLAIN), order, cursor, limit=2)
            found += [each.id for each in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert found == ids[:5][::-1]

    def test_dead_ones_are_tried_again(self, fate: Fate) -> None:
        fate.error = PermanentFailure("for good")
        entry = enqueue(PLAIN)
        run()
        [dead] = selectors.dead_letters(now=clock.now())
        assert (dead.id, dead.last_error) == (entry.id, "for good")
        fate.error = None
        services.retry(run_id=dead.id, now=clock.now())
        with pytest.raises(NotDead):
            services.retry(run_id=dead.id, now=clock.now())
        run()
        assert states() == ["succeeded"]
        assert services.retry_all(now=clock.now(), name=PLAIN) == 0


class TestByHand:
    def test_one_is_started(self, fate: Fate) -> None:
        run_id = services.enqueue(name=CLOSE, arguments={"month": "2026-10-01"})
        assert selectors.run_facts(run_id=run_id, now=clock.now()).state == RunState.WAITING
        run()
        assert fate.called == [(date(2026, 10, 1), False)]

    @pytest.mark.parametrize(
        "arguments",
        [{}, {"month": "October"}, {"month": 10}, {"month": "2026-10-01", "force": "yes"}, {"months": "2026-10-01"}],
    )
    def test_other_arguments_are_refused(self, arguments: dict[str, object]) -> None:
        with pytest.raises(WrongArguments) as refusal:
            services.enqueue(name=CLOSE, arguments=arguments)
        assert refusal.value.errors[0].pointer == "/arguments"
        assert not Run.objects.exists()

    def test_what_the_system_alone_starts(self) -> None:
        with pytest.raises(NotByHand):
            services.enqueue(name=SECRET, arguments={"to": "ada@example.com"})
        with pytest.raises(UnknownJob):
            services.enqueue(name="samples.nothing", arguments={})


@pytest.fixture
def now() -> datetime:
    """A moment at which the schedule has just fired, and is done."""
    moment = clock.now()
    planning.enqueue_due(now=moment)
    relay.drain()
    return moment


class TestSchedules:
    def test_how_they_stand(self, now: datetime) -> None:
        with query_budget(2):
            [facts] = selectors.schedule_facts()
        assert (facts.name, facts.plan, facts.declared) == (PLAIN, "every 3600 s", "every 3600 s")
        assert (facts.enabled, facts.next_run_at, facts.last_run_at, facts.waits) == (True, now + HOUR, now, False)

    def test_before_any_relay_has_looked(self) -> None:
        [facts] = selectors.schedule_facts()
        assert (facts.enabled, facts.next_run_at, facts.last_run_at) == (True, None, None)

    def test_another_plan(self, now: datetime) -> None:
        services.change_schedule(name=PLAIN, enabled=True, every_seconds=60)
        assert planning.enqueue_due(now=now + timedelta(minutes=1)) == [PLAIN]
        services.change_schedule(name=PLAIN, enabled=True, cron="0  3 * * *", timezone="Europe/Paris")
        [facts] = selectors.schedule_facts()
        assert (facts.plan, facts.declared, facts.waits) == ("cron 0 3 * * * Europe/Paris", "every 3600 s", True)
        services.change_schedule(name=PLAIN, enabled=False)
        [facts] = selectors.schedule_facts()
        assert (facts.plan, facts.enabled, facts.next_run_at) == ("every 3600 s", False, None)

    @pytest.mark.parametrize(
        ("plan", "pointer"),
        [
            ({"cron": "at noon"}, "/cron"),
            ({"cron": "0 3 * * *", "timezone": "Mars/Olympus"}, "/cron"),
            ({"every_seconds": 0}, "/every_seconds"),
            ({"every_seconds": 60, "cron": "0 3 * * *"}, "/every_seconds"),
        ],
    )
    def test_what_is_no_plan(self, plan: dict[str, object], pointer: str) -> None:
        with pytest.raises(WrongPlan) as refusal:
            services.change_schedule(name=PLAIN, enabled=True, **plan)  # type: ignore[arg-type]
        assert refusal.value.errors[0].pointer == pointer
        assert not Schedule.objects.exists()

    def test_now(self, now: datetime) -> None:
        later = now + timedelta(minutes=5)
        run_id = services.run_schedule(name=PLAIN, now=later)
        with pytest.raises(StillWaiting):
            services.run_schedule(name=PLAIN, now=later)
        run()
        assert selectors.run_facts(run_id=run_id, now=later).state == RunState.SUCCEEDED
        [facts] = selectors.schedule_facts()
        assert (facts.last_run_at, facts.next_run_at) == (later, now + HOUR), "the next round comes when it would have"

    def test_unknown_ones(self) -> None:
        for change in (
            lambda: services.change_schedule(name="samples.nothing", enabled=False),
            lambda: services.run_schedule(name="samples.nothing", now=clock.now()),
        ):
            with pytest.raises(UnknownJob):
                change()
