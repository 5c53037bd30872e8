"""What a broker is told of a job, and what a worker makes of it. A broker in memory stands in for a server."""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from structlog.testing import capture_logs

from tenon.delivery import broker
from tenon.delivery.settings import jobs
from tenon.kernel import clock
from tenon.kernel.env import Env
from tenon.kernel.outbox import handover, publishing, registry, relay
from tenon.kernel.outbox.models import Entry
from tenon.testing.servers import ROOT, free_port

pytestmark = pytest.mark.django_db
NAME, LONG = "samples.send", "samples_slow.send"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[list[str]]:
    """Jobs of two apps, one with a queue of its own, and a broker. What the first job was called with."""
    settings.CELERY_BROKER_URL, settings.CELERY_QUEUE = "memory://", "test"
    settings.CELERY_QUEUES = ["samples_slow"]
    monkeypatch.setattr(handover, "_brokers", [])
    monkeypatch.setattr(registry, "_jobs", {})
    monkeypatch.setattr(registry, "_schedules", {})
    broker.application.cache_clear()
    called: list[str] = []
    registry.job(NAME)(lambda *, to: called.append(to))
    registry.job(LONG, lease=timedelta(hours=2))(lambda: None)
    broker.use()
    yield called
    if settings.CELERY_BROKER_URL == "memory://":
        for queue in broker.queues():
            messages(queue)
    broker.application.cache_clear()


def enqueue(name: str, payload: dict[str, object]) -> Entry:
    with transaction.atomic():
        entry_id = publishing.enqueue(name, payload)
    return Entry.objects.get(id=entry_id)


def messages(queue: str) -> list[Any]:
    """What lies in a queue, taken out of it."""
    with broker.connection() as connection:
        channel = connection.default_channel
        found = []
        while (message := channel.basic_get(queue, no_ack=True)) is not None:
            found.append(message)
        return found


def test_a_message_holds_an_id_and_nothing_of_the_job(sent: list[str]) -> None:
    entry = enqueue(NAME, {"to": "ada@example.com"})
    assert relay.run_once(now=clock.now()) == 1
    [message] = messages("test")
    assert json.loads(message.body)[0] == [str(entry.id)]
    whole = f"{message.body!r} {message.headers} {message.properties}"
    assert "ada@" not in whole
    assert NAME not in whole
    assert message.headers["task"] == broker.TASK
    assert message.headers["timelimit"][0] == 60
    assert sent == []


def test_a_worker_settles_the_row(sent: list[str]) -> None:
    entry = enqueue(NAME, {"to": "ada@example.com"})
    relay.run_once(now=clock.now())
    [message] = messages("test")
    task = broker.application().tasks[broker.TASK]
    for _ in range(2):
        task(*json.loads(message.body)[0])
    assert sent == ["ada@example.com"]
    assert Entry.objects.get(id=entry.id).delivered_at is not None


@pytest.mark.usefixtures("sent")
def test_an_app_may_have_a_queue_of_its_own() -> None:
    enqueue(LONG, {})
    relay.run_once(now=clock.now())
    assert messages("test") == []
    [message] = messages("test.samples_slow")
    assert message.headers["timelimit"][0] == 7200


@pytest.mark.usefixtures("sent")
def test_messages_stay_hidden_longer_than_any_job_takes() -> None:
    assert broker.configuration()["broker_transport_options"] == {"visibility_timeout": 7260}
    assert broker.lease_seconds("unknown.job") == 60


@pytest.mark.usefixtures("sent")
def test_what_must_hold_of_the_task() -> None:
    task = broker.application().tasks[broker.TASK]
    assert (task.acks_late, task.reject_on_worker_lost, task.ignore_result) == (True, True, True)
    conf = broker.application().conf
    assert (conf.worker_prefetch_multiplier, conf.accept_content) == (1, ["json"])


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.usefixtures("sent")
def test_a_broker_that_is_away_is_no_error_and_its_password_no_secret_told(scheme: str, settings: Any) -> None:
    settings.CELERY_BROKER_URL = f"{scheme}://me:hunter2@127.0.0.1:{free_port()}/"
    broker.application.cache_clear()
    entry = enqueue(NAME, {"to": "ada@example.com"})
    with capture_logs() as logs:
        assert relay.run_once(now=clock.now()) == 0
    assert [log["event"] for log in logs] == ["broker_refused", "broker_lost"]
    assert "hunter2" not in str(logs)
    entry = Entry.objects.get(id=entry.id)
    assert (entry.claim, entry.handed_over_at, entry.attempts) == (None, None, 0)


@pytest.mark.usefixtures("sent")
def test_over_tls_a_broker_shows_whose_it_is(settings: Any) -> None:
    assert broker.configuration()["broker_use_ssl"] is None
    settings.CELERY_BROKER_URL = "amqps://me:hunter2@broker.example.com/tenon"
    tls = broker.configuration()["broker_use_ssl"]
    assert tls == {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": "broker.example.com"}


def test_without_a_broker_nothing_is_handed_over(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CELERY_BROKER_URL = ""
    monkeypatch.setattr(handover, "_brokers", [])
    broker.use()
    assert not handover.is_used()


def test_other_transports_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="CELERY_BROKER_URL"):
        jobs.from_environment(Env({"CELERY_BROKER_URL": "sqs://somewhere"}))
    assert jobs.from_environment(Env({}))["CELERY_BROKER_URL"] == ""


@pytest.mark.parametrize(("url", "said"), [("", "names no broker"), ("redis://127.0.0.1/0", "tenon.run")])
def test_the_entrance_of_the_workers(url: str, said: str, tmp_path: Path) -> None:
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'database.sqlite3'}",
        "SECRET_KEY": "worth nothing outside of this test: " + "0123456789" * 3,
        "TENON_DOTENV": "off",
        "CELERY_BROKER_URL": url,
    }
    look = "from tenon.delivery.celery import app; print([name for name in app.tasks if name.startswith('tenon')])"
    done = subprocess.run(
        [sys.executable, "-c", look], env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert said in done.stdout + done.stderr
