"""Dead letters can be seen, retried and purged; delivered rows go after some days, with their receipts."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import backlog, claims, registry, relay, upkeep
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry, Receipt
from tenon.kernel.outbox.tests.samples import Happened, again, collect, enqueue, failing, publish, run
from tenon.kernel.retention import tasks

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def dead() -> Entry:
    """A job that refused once and would go now."""
    registry.job("samples.refused")(failing(PermanentFailure("550 No such user"), times=1))
    entry = enqueue("samples.refused")
    run()
    return again(entry)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def test_the_numbers() -> None:
    registry.job("samples.later")(lambda: None)
    enqueue("samples.later", not_before=clock.now() + DAY)
    publish(1, 2, 3)
    now = clock.now() + timedelta(seconds=90)
    claims.claim(now=now, limit=1, token=new_id(), lease=timedelta(minutes=1))
    measured = backlog.measure(now=now)
    assert (measured.due, measured.in_progress, measured.later, measured.dead) == (2, 1, 1, 0)
    assert timedelta(seconds=90) <= measured.lag < timedelta(seconds=120)


def test_an_empty_outbox_lags_by_nothing() -> None:
    assert relay.backlog() == backlog.Backlog(due=0, in_progress=0, later=0, dead=0, lag=timedelta(0))
    assert "due 0  in progress 0  later 0  dead 0" in command()


def test_events_without_a_place_are_counted_until_they_have_it() -> None:
    publish(1, 2)
    Entry.objects.update(unplaced_in=uuid4(), delivered_at=clock.now(), available_at=None)
    measured = backlog.measure(now=clock.now() + timedelta(seconds=90))
    assert (measured.due, measured.unplaced, measured.lag) == (0, 2, timedelta(0))
    assert timedelta(seconds=90) <= measured.feed_lag < timedelta(seconds=120)


def test_what_is_due_later_is_no_lag() -> None:
    registry.job("samples.later")(lambda: None)
    enqueue("samples.later", not_before=clock.now() + DAY)
    assert relay.backlog().lag == timedelta(0)


def test_dead_letters_are_listed_with_their_reason(dead: Entry) -> None:
    assert command("list") == ""
    listed = command("dead")
    assert f"{dead.id}  samples.refused  attempts 1" in listed
    assert "550 No such user" in listed


def test_waiting_rows_are_listed_without_their_payload() -> None:
    [entry] = publish(424242)
    listed = command("list")
    assert str(entry.id) in listed
    assert "424242" not in listed


def test_one_dead_letter_is_retried(dead: Entry) -> None:
    assert command("retry", str(dead.id)) == "1 made due again\n"
    assert (again(dead).dead_at, again(dead).attempts, again(dead).queue) == (None, 0, None)
    assert run() == 1
    assert again(dead).delivered_at is not None


def test_all_dead_letters_of_a_name_are_retried(dead: Entry) -> None:
    assert command("retry", "--all", "--name", "samples.other") == "0 made due again\n"
    assert command("retry", "--all") == "1 made due again\n"
    assert again(dead).dead_at is None


def test_a_retry_runs_only_the_consumers_that_have_not_taken_the_event() -> None:
    seen = collect()
    registry.subscribe(Happened)(failing(PermanentFailure("no"), times=1))
    [entry] = publish(1)
    run()
    assert again(entry).dead_at is not None
    upkeep.retry(now=clock.now(), entry_ids=[entry.id])
    run()
    assert again(entry).delivered_at is not None
    assert seen == [1]


@pytest.mark.parametrize("arguments", [(), (str(uuid4()),)])
def test_a_retry_of_nothing_is_an_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        command("retry", *arguments)


def test_delivered_rows_are_purged_with_their_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_BATCH", 2)
    collect()
    old = publish(1, 2, 3, 4, 5)
    run()
    Entry.objects.update(delivered_at=clock.now() - 8 * DAY)
    [recent] = publish(6)
    run()
    [waiting] = publish(7)
    assert command("purge", "--days", "7") == "5 deleted\n"
    assert set(Entry.objects.values_list("id", flat=True)) == {recent.id, waiting.id}
    assert set(Receipt.objects.values_list("entry_id", flat=True)) == {recent.id}
    assert not Receipt.objects.filter(entry_id__in=[entry.id for entry in old]).exists()


def test_dead_letters_are_purged_only_when_asked_for(dead: Entry) -> None:
    Entry.objects.update(dead_at=clock.now() - 8 * DAY)
    assert command("purge", "--days", "7") == "0 deleted\n"
    assert command("purge", "--days", "7", "--dead") == "1 deleted\n"


def test_the_scheduled_purge_keeps_what_the_settings_say(dead: Entry, settings: object) -> None:
    settings.OUTBOX_KEEP_DELIVERED_DAYS, settings.OUTBOX_KEEP_DEAD_DAYS = 7, 30  # type: ignore[attr-defined]
    [delivered] = publish(1)
    run()
    Entry.objects.filter(id=delivered.id).update(delivered_at=clock.now() - 8 * DAY)
    Entry.objects.filter(id=dead.id).update(dead_at=clock.now() - 29 * DAY)
    tasks.purge_outbox()
    assert [entry.id for entry in Entry.objects.all()] == [dead.id]
    Entry.objects.update(dead_at=clock.now() - 31 * DAY)
    tasks.purge_outbox()
    assert not Entry.objects.exists()
