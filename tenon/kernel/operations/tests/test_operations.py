"""An operation tells the truth of its job: while it waits, while it runs, and of how it ended."""

from datetime import timedelta

import pytest
from django.db import transaction
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.errors import NotFound, Unavailable
from tenon.kernel.ids import new_id
from tenon.kernel.operations import holding, selectors, services
from tenon.kernel.operations.errors import AlreadyFinished
from tenon.kernel.operations.models import Operation, State
from tenon.kernel.operations.policies import CANCEL, READ
from tenon.kernel.operations.running import Running
from tenon.kernel.operations.tests.conftest import JOB, Work, again, person, start
from tenon.kernel.outbox import relay, upkeep
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import current_organization_id

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def run(*, after: timedelta = timedelta(0)) -> None:
    with capture_logs():
        relay.run_once(now=clock.now() + after)


def test_it_waits_runs_and_has_a_result(work: Work) -> None:
    operation_id = start(number=7)
    waiting = again(operation_id)
    assert (waiting.state, waiting.progress, waiting.kind, waiting.started_at) == (State.PENDING, 0.0, JOB, None)
    seen = []

    def halfway(operation: Running, number: int) -> dict[str, int]:
        operation.report(progress=0.5)
        seen.append((again(operation_id).state, again(operation_id).progress))
        return {"number": number}

    work.does = halfway
    run()
    assert seen == [(State.RUNNING, 0.5)]
    done = again(operation_id)
    assert (done.state, done.progress, done.result, done.error) == (State.SUCCEEDED, 1.0, {"number": 7}, None)
    assert done.started_at is not None
    assert done.finished_at is not None
    assert Entry.objects.get(id=done.entry_id).delivered_at is not None


def test_it_is_part_of_the_callers_transaction(work: Work) -> None:
    with transaction.atomic():
        start()
        transaction.set_rollback(True)
    assert not Operation.objects.exists()
    assert not Entry.objects.filter(name=JOB).exists()


def test_nobody_starts_nothing(work: Work) -> None:
    with pytest.raises(ValueError, match="belongs to whoever"):
        start(ANONYMOUS)


def test_small_steps_are_not_written_down(work: Work) -> None:
    operation_id = start()
    seen = []

    def creep(operation: Running, number: int) -> None:
        for step in range(5):
            operation.report(progress=step / 1000)
            seen.append(again(operation_id).progress)
        operation.report(progress=7)
        seen.append(again(operation_id).progress)

    work.does = creep
    run()
    assert seen == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]


def test_what_a_rule_refuses_is_an_answer_and_no_dead_letter(work: Work) -> None:
    def refuse(operation: Running, number: int) -> None:
        raise NotFound(detail="There is no invoice 7.")

    work.does = refuse
    operation_id = start()
    run()
    failed = again(operation_id)
    assert failed.state == State.FAILED
    assert failed.error == {"code": "not_found", "detail": "There is no invoice 7."}
    assert Entry.objects.get(id=failed.entry_id).delivered_at is not None


@pytest.mark.parametrize("error", [Unavailable(), ValueError("a bug with ada@example.com")])
def test_what_may_pass_is_tried_again(work: Work, error: Exception) -> None:
    fates = [error, None]

    def uncertain(operation: Running, number: int) -> str:
        if fate := fates.pop(0):
            raise fate
        return "done"

    work.does = uncertain
    operation_id = start()
    run()
    assert again(operation_id).state == State.RUNNING
    run(after=DAY)
    assert (again(operation_id).state, again(operation_id).result) == (State.SUCCEEDED, "done")


def test_a_dead_job_is_a_failed_operation_that_tells_nothing_of_the_inside(work: Work) -> None:
    def die(operation: Running, number: int) -> None:
        raise PermanentFailure("The provider's account 4711 is closed.")

    work.does = die
    operation_id = start()
    run()
    failed = again(operation_id)
    assert (failed.state, failed.error) == (State.FAILED, services.FAILED)
    assert "4711" in Entry.objects.get(id=failed.entry_id).last_error

    work.does = lambda operation, number: "mended"
    upkeep.retry(now=clock.now())
    run()
    mended = again(operation_id)
    assert (mended.state, mended.result, mended.error) == (State.SUCCEEDED, "mended", None)


def test_what_has_ended_is_not_done_again(work: Work) -> None:
    calls = []
    work.does = lambda operation, number: calls.append(number)
    operation_id = start()
    run()
    Entry.objects.filter(id=again(operation_id).entry_id).update(delivered_at=None, available_at=clock.now())
    run()
    assert calls == [7]


class TestCancelling:
    def test_before_it_begins(self, work: Work) -> None:
        calls = []
        work.does = lambda operation, number: calls.append(number)
        alice = person()
        operation_id = start(alice)
        cancelled = services.cancel(principal=alice, operation_id=operation_id, now=clock.now())
        assert (cancelled.state, cancelled.is_open) == (State.CANCELLED, False)
        run()
        assert calls == []
        with pytest.raises(AlreadyFinished):
            services.cancel(principal=alice, operation_id=operation_id, now=clock.now())

    def test_while_it_runs(self, work: Work) -> None:
        alice, beyond = person(), []

        def long(operation: Running, number: int) -> None:
            services.cancel(principal=alice, operation_id=operation.id, now=clock.now())
            operation.report(progress=0.5)
            beyond.append(number)

        work.does = long
        operation_id = start(alice)
        run()
        assert beyond == []
        assert again(operation_id).state == State.CANCELLED
        assert Entry.objects.get(id=again(operation_id).entry_id).delivered_at is not None


class TestWhoSees:
    def test_a_persons_own(self, work: Work) -> None:
        alice = person()
        operation_id = start(alice)
        assert selectors.visible(principal=alice, operation_id=operation_id).id == operation_id
        assert list(selectors.own(principal=alice)) == [again(operation_id)]
        stranger = person(organization_id=new_id(), permissions=frozenset({READ, CANCEL}))
        with pytest.raises(NotFound):
            selectors.visible(principal=stranger, operation_id=operation_id)
        assert not selectors.own(principal=stranger)

    def test_an_organizations(self, work: Work) -> None:
        here = new_id()
        alice = person(organization_id=here)
        operation_id = start(alice)
        admin = person(organization_id=here, permissions=frozenset({READ}))
        key = Principal(PrincipalKind.API_KEY, new_id(), organization_id=here, permissions=frozenset({READ, CANCEL}))
        for may in (alice, admin, key):
            assert selectors.visible(principal=may, operation_id=operation_id)
        elsewhere = Principal(PrincipalKind.USER, alice.id, organization_id=new_id())
        nowhere = Principal(PrincipalKind.USER, alice.id)
        plain = person(organization_id=here)
        for may_not in (elsewhere, nowhere, plain):
            with pytest.raises(NotFound):
                selectors.visible(principal=may_not, operation_id=operation_id)
            assert not selectors.own(principal=may_not)
        with pytest.raises(NotFound):
            services.cancel(principal=admin, operation_id=operation_id, now=clock.now())
        assert services.cancel(principal=key, operation_id=operation_id, now=clock.now())


def test_the_organizations_scope_is_at_hand(work: Work) -> None:
    here, seen = new_id(), []

    def look(operation: Running, number: int) -> None:
        with operation.scope():
            seen.append(current_organization_id())

    work.does = look
    start(person(organization_id=here))
    run()
    assert seen == [here]


def test_old_ones_go(work: Work) -> None:
    ended, waiting, lost = start(), start(), start()
    now = clock.now()
    Operation.objects.filter(id=ended).update(finished_at=now - 31 * DAY, state=State.SUCCEEDED)
    Operation.objects.filter(id__in=[waiting, lost]).update(created_at=now - 31 * DAY)
    Entry.objects.filter(id=again(lost).entry_id).delete()
    assert services.purge(before=now - 30 * DAY) == 2
    assert list(Operation.objects.values_list("id", flat=True)) == [waiting]


def test_what_is_kept_of_a_person(work: Work) -> None:
    alice, bob = person(), person()
    operation_id = start(alice)
    start(bob)
    assert alice.id is not None
    assert [each["id"] for each in holding.export(alice.id)] == [operation_id]
    holding.erase(user_id=alice.id, now=clock.now())
    assert Operation.objects.get().started_by == bob.id
    run()
