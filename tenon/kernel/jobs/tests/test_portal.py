"""Jobs in the portal: seen, tried again, planned otherwise, run now."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.jobs.models import Run
from tenon.kernel.outbox import registry, relay, schedules
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.outbox.tests.samples import enqueue
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser, messages, page

pytestmark = pytest.mark.django_db
RUNS, SCHEDULES = page("jobs_run"), page("outbox_schedule")
NAME = "samples.plain"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A superuser's, where one job comes back every hour and fails while `fate` holds an error."""
    for name in ("_consumers", "_jobs", "_schedules"):
        monkeypatch.setattr(registry, name, {})

    @registry.job(NAME)
    def plain(*, word: str = "") -> None:
        if word:
            raise PermanentFailure("for good")

    registry.schedule(NAME, every=timedelta(hours=1))
    return Browser(make_user(is_staff=True, is_superuser=True))


def rows(answer) -> list:
    return list(answer.context["cl"].result_list)


def test_runs(browser: Browser):
    dead = enqueue(NAME, {"word": "a-secret-word"})
    done = enqueue(NAME)
    with capture_logs():
        relay.run_once(now=clock.now())
    enqueue(NAME)
    shown = browser.get(RUNS)
    assert [str(each) for each in rows(shown)][1:] == [f"{NAME} {done.id}", f"{NAME} {dead.id}"]
    assert "a-secret-word" not in shown.content.decode()
    assert [each.id for each in rows(browser.get(RUNS, state="dead"))] == [dead.id]
    assert [each.id for each in rows(browser.get(RUNS, q=str(done.id)))] == [done.id]
    assert len(rows(browser.get(RUNS, q="plain"))) == len(rows(browser.get(RUNS, job=NAME))) == 3
    one = browser.get(page("jobs_run", "change", dead.sequence))
    assert "for good" in one.content.decode()
    assert "a-secret-word" not in one.content.decode()


def test_a_dead_one_is_tried_again(browser: Browser):
    dead = enqueue(NAME, {"word": "no"})
    with capture_logs():
        relay.run_once(now=clock.now())
    row = Run.objects.get(id=dead.id)
    assert messages(browser.act(RUNS, "try_again", row))[-1] == "Due again (1)"
    assert Run.objects.get(id=dead.id).dead_at is None
    assert "not dead" in messages(browser.act(RUNS, "try_again", row))[0]


def test_a_schedule_is_changed(browser: Browser):
    schedules.enqueue_due(now=clock.now())
    path = page("outbox_schedule", "change", NAME)
    assert "every 3600 s" in browser.get(path).content.decode()
    assert browser.fill_in(path, cron="0 3 * * 1", timezone="Europe/Rome").status_code == 302
    row = Schedule.objects.get(name=NAME)
    assert (row.cron, row.timezone, row.enabled) == ("0 3 * * 1", "Europe/Rome", True)
    refused = browser.fill_in(path, cron="now and then")
    assert "no cron expression" in refused.context["adminform"].form.errors["cron"][0]
    assert browser.fill_in(path, cron="", timezone="", enabled=False).status_code == 302
    assert Schedule.objects.get(name=NAME).enabled is False


def test_a_schedule_is_run_now(browser: Browser):
    Schedule.objects.create(name="of.the_past")
    schedules.enqueue_due(now=clock.now())
    relay.drain()
    [row] = rows(browser.get(SCHEDULES))
    assert messages(browser.act(SCHEDULES, "run_now", row))[-1] == "Started (1)"
    assert "still waits" in messages(browser.act(SCHEDULES, "run_now", row))[0]
    assert relay.drain() == 1
