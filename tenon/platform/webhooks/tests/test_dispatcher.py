"""The dispatcher sends, over real connections; what it signs verifies, and no dead endpoint holds up another."""

import signal
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from tenon.kernel import clock, metrics, outgoing, workers
from tenon.kernel.observability.exposition import exposition
from tenon.kernel.outgoing import connections
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.tests.factories import make_organization
from tenon.platform.webhooks import selectors, services
from tenon.platform.webhooks.models import Endpoint
from tenon.platform.webhooks.services import dispatcher, lanes
from tenon.platform.webhooks.services.dispatcher import Dispatcher
from tenon.platform.webhooks.tests.factories import (
    attempts,
    claim,
    deliveries,
    happen,
    lane,
    make_endpoint,
    result,
    row,
    system,
)
from tenon.testing.receivers import Reply, authority, listener, receiver

WAIT = 30


@pytest.fixture
def certified(tmp_path, monkeypatch, settings):
    """An authority that outgoing calls trust; this machine may be called."""
    made = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    connections.tls_context.cache_clear()
    settings.OUTGOING_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    settings.OUTGOING_PORTS = ["*"]
    yield made
    connections.tls_context.cache_clear()


@pytest.fixture
def customer(certified):
    """A customer's server."""
    with receiver(certified) as running:
        yield running


@pytest.fixture
def committed(cloned_database, django_db_blocker):
    """A database of this test alone, where threads see one another's rows."""
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield


@pytest.fixture
def running(committed, settings, monkeypatch):
    """A dispatcher at work."""
    settings.WEBHOOK_POLL_SECONDS = 0.02
    monkeypatch.setattr(dispatcher, "FIRST_PAUSE", timedelta(milliseconds=1))
    at_work = Dispatcher()
    at_work.start()
    yield at_work
    assert at_work.stop()
    assert not at_work.alive


def until(condition) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def made(committed):
    """An organization."""
    return make_organization()


def states(made) -> Counter:
    return Counter(each.state for each in deliveries(made.id))


def test_what_happens_arrives_and_verifies(made, customer, running):
    endpoint = make_endpoint(made.id, url=customer.url("/hooks"))
    events = [happen(made.id) for _ in range(30)]
    until(lambda: states(made) == {"delivered": 30})
    secrets = services.show_secrets(principal=system(made.id), endpoint_id=endpoint.id, now=clock.now())
    bodies = [Webhook(secrets.secret).verify(each.body, dict(each.headers)) for each in customer.requests]
    assert [body["id"] for body in bodies] == [str(event.id) for event in events], "in the order of events"
    assert {each.headers["webhook-id"] for each in customer.requests} == {str(event.id) for event in events}
    assert {each.headers["content-type"] for each in customer.requests} == {"application/json"}
    carried = [each.headers["x-request-id"] for each in customer.requests]
    assert [str(each.id) for each in attempts(made.id)] == carried
    assert len(set(carried)) == 30
    assert [each.status for each in attempts(made.id)] == [204] * 30


def test_after_a_failure_the_same_message_comes_again(made, customer, running, monkeypatch):
    monkeypatch.setattr("tenon.platform.webhooks.engines.patience.WAITS", (timedelta(milliseconds=50),) * 9)
    replies = [Reply(500, b"oh no"), Reply(302, headers={"Location": "https://example.com/"}), Reply(204)]
    customer.answer = lambda request: replies[len(customer.requests) - 1]
    endpoint = make_endpoint(made.id, url=customer.url())
    happen(made.id)
    until(lambda: len(customer.requests) == 1)
    services.rotate_secret(
        principal=system(made.id), endpoint_id=endpoint.id, overlap=timedelta(hours=1), now=clock.now()
    )
    until(lambda: states(made) == {"delivered": 1})
    assert [(each.outcome, each.status, each.answer) for each in attempts(made.id)] == [
        ("refused", 500, "oh no"),
        ("redirected", 302, ""),
        ("delivered", 204, ""),
    ]
    assert len({each.body for each in customer.requests}) == 1
    assert len({each.headers["webhook-id"] for each in customer.requests}) == 1
    secrets = services.show_secrets(principal=system(made.id), endpoint_id=endpoint.id, now=clock.now())
    assert len(customer.requests[-1].headers["webhook-signature"].split()) == 2
    for key in (secrets.secret, secrets.former_secret):
        Webhook(key).verify(customer.requests[-1].body, dict(customer.requests[-1].headers))


def test_a_dead_endpoint_keeps_only_itself_waiting(made, customer, running):
    with listener() as (port, _taken):
        make_endpoint(made.id, url=f"https://127.0.0.1:{port}/")
        for number in range(5):
            make_endpoint(made.id, url=customer.url(f"/{number}"))
        started = time.monotonic()
        for _ in range(4):
            happen(made.id)
        until(lambda: len(customer.requests) == 20)
        assert time.monotonic() - started < 10, "an attempt at the dead one takes 15 seconds"
        assert attempts(made.id) == [] or {each.outcome for each in attempts(made.id)} == {"delivered"}


def test_nobody_there(made, running, certified):
    endpoint = make_endpoint(made.id, url="https://127.0.0.1:1/")
    happen(made.id)
    until(lambda: len(attempts(made.id)) == 1)
    [logged] = attempts(made.id)
    assert (logged.outcome, logged.status, logged.error) == (
        "no_connection",
        None,
        "There is no connection, or it was cut.",
    )
    assert lane(endpoint, made.id).rests_until is not None
    assert row(endpoint, made.id).failing_since is not None


def test_gone_is_gone(made, customer, running):
    customer.answer = lambda request: Reply(410)
    endpoint = make_endpoint(made.id, url=customer.url())
    for _ in range(3):
        happen(made.id)
    until(lambda: row(endpoint, made.id).state == "disabled")
    assert states(made)["pending"] == 0


def test_an_unreadable_secret_is_told(made, customer, running):
    endpoint = make_endpoint(made.id, url=customer.url())
    with organization_scope(made.id):
        Endpoint.objects.filter(pk=endpoint.id).update(secret="damaged")
    happen(made.id)
    until(lambda: len(attempts(made.id)) == 1)
    assert attempts(made.id)[0].outcome == "unsigned"
    assert customer.requests == []


def test_the_database_is_lost_for_a_while(made, customer, running, monkeypatch):
    settle, lost = lanes.settle, [OperationalError("the connection is lost"), KeyError("bug")]

    def sometimes(*args, **kwargs):
        if lost:
            raise lost.pop()
        return settle(*args, **kwargs)

    monkeypatch.setattr(lanes, "settle", sometimes)
    make_endpoint(made.id, url=customer.url())
    happen(made.id)
    until(lambda: states(made) == {"delivered": 1})
    assert running.alive
    assert len(customer.requests) == 1, "what was sent is remembered until it is written down"


def test_what_can_never_be_written_down_stops_no_other(made, customer, running, monkeypatch):
    settle = lanes.settle
    bad, good = make_endpoint(made.id, url=customer.url("/bad")), make_endpoint(made.id, url=customer.url("/good"))

    def not_that(work, results, *, now):
        if work.endpoint_id == bad.id:
            raise DataError("out of range")
        return settle(work, results, now=now)

    monkeypatch.setattr(lanes, "settle", not_that)
    for _ in range(3):
        happen(made.id)
    until(lambda: states(made)["delivered"] == 3)
    until(lambda: not running._unsettled)
    assert {each.delivery.endpoint_id for each in attempts(made.id)} == {good.id}


def test_a_bug_in_sending_is_a_failed_attempt(made, customer, running, monkeypatch):
    def bug(*args, **kwargs):
        raise KeyError("bug")

    monkeypatch.setattr(outgoing, "request", bug)
    endpoint = make_endpoint(made.id, url=customer.url())
    with capture_logs() as logs:
        happen(made.id)
        until(lambda: attempts(made.id))
    assert "webhook_sending_failed" in {log["event"] for log in logs}
    [failed] = attempts(made.id)
    assert (failed.outcome, failed.status) == ("fault", None)
    assert states(made) == {"pending": 1}
    [waiting] = deliveries(made.id)
    assert waiting.tries == 1
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at > failed.started_at + timedelta(seconds=3)
    assert lane(endpoint, made.id).misses == 1


def test_a_lost_claim_is_told(made, customer, running, monkeypatch):
    monkeypatch.setattr(lanes, "settle", lambda *args, **kwargs: False)
    make_endpoint(made.id, url=customer.url())
    with capture_logs() as logs:
        happen(made.id)
        until(lambda: "webhook_claim_lost" in {log["event"] for log in logs})
    assert states(made) == {"pending": 1}


def test_told_to_stop_it_finishes_what_is_under_way(committed, certified, settings, made):
    settings.WEBHOOK_POLL_SECONDS = 0.02
    begun, end = threading.Event(), threading.Event()

    def late(request) -> Reply:
        begun.set()
        end.wait(WAIT)
        return Reply(204)

    with receiver(certified) as customer:
        customer.answer = late
        endpoint = make_endpoint(made.id, url=customer.url())
        running = Dispatcher()
        running.start()
        happen(made.id)
        happen(made.id)
        assert begun.wait(WAIT)
        assert not running.stop(within=timedelta(milliseconds=10))
        end.set()
        assert running.stop()
    assert states(made) in ({"delivered": 1, "pending": 1}, {"delivered": 2})
    assert lane(endpoint, made.id).claim is None


@pytest.mark.parametrize("finished", [True, False])
def test_the_command_stops_on_a_signal(monkeypatch, finished):
    monkeypatch.setattr(Dispatcher, "start", lambda self: signal.raise_signal(signal.SIGTERM))
    monkeypatch.setattr(Dispatcher, "stop", lambda self: finished)
    if finished:
        call_command("deliver_webhooks")
    else:
        with pytest.raises(CommandError, match="took too long"):
            call_command("deliver_webhooks")


def test_the_command_fails_where_the_dispatcher_has_ended(monkeypatch):
    monkeypatch.setattr(Dispatcher, "_run", lambda self: None)
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.01)
    with pytest.raises(CommandError, match="ended by itself"):
        call_command("deliver_webhooks")


def test_it_runs_in_the_worker():
    assert workers.registered()["webhooks"] is Dispatcher
    with pytest.raises(ValueError, match="webhooks"):
        workers.register("webhooks", Dispatcher)


@pytest.mark.django_db
def test_how_far_it_is_behind():
    made = make_organization()
    now = clock.now()
    assert selectors.backlog(now=now) == selectors.Backlog(due=0, resting=0, disabled=0, lag=timedelta(0))
    for _ in range(3):
        make_endpoint(made.id)
    dead = make_endpoint(made.id)
    services.update(principal=system(made.id), endpoint_id=dead.id, changes={"enabled": False}, now=now)
    before = now - timedelta(seconds=90)
    happen(made.id, now=before)
    [first, *others] = claim(now=before)
    lanes.settle(first, [result(first, at=before, outcome="timeout", rest=timedelta(hours=1))], now=before)
    happen(made.id, now=before)
    for work in others:
        lanes.settle(work, [], now=before)
    state = selectors.backlog(now=now)
    assert (state.due, state.resting, state.disabled) == (2, 1, 1)
    assert state.lag == timedelta(seconds=90)
    metrics.webhook_attempts.labels("delivered").inc()
    shown = exposition().decode()
    for line in (
        'tenon_webhook_endpoints{state="due"} 2.0',
        'tenon_webhook_endpoints{state="disabled"} 1.0',
        "tenon_webhook_lag_seconds",
        "tenon_webhook_attempts_total",
        "tenon_webhook_seconds_bucket",
    ):
        assert line in shown


@pytest.mark.django_db
def test_without_a_database_the_counters_are_still_shown(monkeypatch):
    def lost(**_):
        raise OperationalError

    monkeypatch.setattr(selectors, "backlog", lost)
    assert "tenon_webhook_lag_seconds" not in exposition().decode()


@pytest.mark.django_db
def test_what_is_old_is_purged(settings):
    from tenon.platform.webhooks import tasks

    made = make_organization()
    endpoint = make_endpoint(made.id)
    old = clock.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS, hours=1)
    for moment in (old, clock.now()):
        happen(made.id, now=moment)
        [work] = claim(now=moment)
        lanes.settle(work, [result(work, at=moment)], now=moment)
    happen(made.id, now=old)
    tasks.purge_deliveries()
    assert [(each.state, each.attempts) for each in deliveries(made.id)] == [("pending", 0), ("delivered", 1)]
    assert len(attempts(made.id)) == 1
    assert row(endpoint, made.id).is_enabled


@pytest.mark.django_db
def test_who_made_an_endpoint_is_told_to_them_and_forgotten():
    from tenon.kernel.personal_data.registry import holdings
    from tenon.kernel.tenancy.scopes import system_scope
    from tenon.platform.organizations.tests.factories import acting_as

    made = make_organization()
    owner = acting_as(made.owner_id, made.id)
    endpoint, _ = services.create(principal=owner, url="https://hooks.example.com/", event_types=["*"])
    [holding] = [each for each in holdings() if each.name == "webhooks"]
    with system_scope(reason="a test looks at everything"):
        [told] = holding.export(made.owner_id)
        assert told == {"id": endpoint.id, "organization_id": made.id, "created_at": endpoint.created_at}
        holding.erase(user_id=made.owner_id, now=clock.now())
        assert holding.export(made.owner_id) == []
    assert row(endpoint, made.id).created_by_id is None
