"""`manage.py doctor`: what it says of a healthy deployment, and of each thing that can be wrong."""

import io
import json
import socket
from collections import namedtuple
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection, connections

from tenon.delivery import broker
from tenon.delivery.doctor import configuration, database, findings, jobs, people, report, services
from tenon.delivery.doctor.findings import Level, examine
from tenon.kernel import clock
from tenon.kernel.outbox.models import Entry, Kind, Schedule
from tenon.kernel.retention.models import Purge
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations.services import create_default
from tenon.testing.servers import free_port

pytestmark = pytest.mark.django_db

CONSOLE = "tenon.kernel.mail.console.EmailBackend"


@pytest.fixture(autouse=True)
def _a_developers_machine(settings):
    """Without Redis, and letters go to the terminal, whatever the services of this run."""
    settings.DEBUG, settings.EMAIL_BACKEND, settings.REDIS_URL = True, CONSOLE, ""


def run(*args: str) -> tuple[str, int]:
    """What the command prints, and its exit status."""
    output = io.StringIO()
    try:
        call_command("doctor", *args, stdout=output)
    except SystemExit as end:
        return output.getvalue(), int(end.code or 0)
    return output.getvalue(), 0


def levels(found) -> list[Level]:
    return [each.level for each in found]


def test_a_healthy_deployment():
    root = make_user(is_staff=True, is_superuser=True)
    create_default(owner_id=root.pk, now=clock.now())
    text, status = run()
    assert status == 0
    assert text.rstrip().endswith("Everything works.")
    for area in ("Settings", "Database", "Migrations", "Organizations apart", "Outbox", "People", "Keys", "Disk"):
        assert area in text
    assert "'default' is the default one" in text
    assert "\x1b[" not in text, "no colours where nobody looks"


def test_for_machines():
    text, status = run("--json")
    told = json.loads(text)
    assert status == 0
    assert {"area", "level", "said", "advice"} == set(told[0])
    people = next(each for each in told if each["area"] == "People")
    assert people["level"] == "warning"
    assert "createsuperuser" in people["advice"]


def test_colours_and_the_worst_first():
    found = [
        findings.note("A", "notable", "look"),
        findings.broken("B", "down", "start it"),
        findings.fine("Longer", "well"),
        findings.warning("C", "odd", "mend"),
    ]
    text = report.page(found, colour=True)
    assert "\x1b[31m✗\x1b[0m B       down" in text
    assert text.index("1. B: start it") < text.index("2. C: mend") < text.index("3. A: look")
    assert text.endswith("Something is broken.")
    assert "Next:" not in report.page([findings.fine("A", "well")], colour=False)


def test_no_secret_is_printed(settings):
    settings.SECRET_KEY, settings.JWT_SECRET = "s3cret-key-of-this-test", "s3cret-of-tokens"
    settings.REDIS_URL = "redis://:s3cret-of-redis@127.0.0.1:1/0"
    settings.EMAIL_HOST_PASSWORD = "s3cret-of-mail"
    text, status = run()
    assert status == 1
    assert "s3cret" not in text
    assert "Redis" in text
    assert "127.0.0.1:1 (ConnectionError)" in text
    assert "derived from JWT_SECRET" in text


def test_a_database_that_is_not_there(monkeypatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("no connection for tenon_app with password s3cret\nmore")

    wrapper = connections["default"]
    monkeypatch.setitem(wrapper.settings_dict, "PASSWORD", "s3cret")
    monkeypatch.setattr(wrapper, "cursor", refuse)
    found = list(report.findings())
    state = next(each for each in found if each.area == "Database")
    assert state.level is Level.BROKEN
    assert "password …" in state.said
    assert "more" not in state.said
    assert not {"Migrations", "Outbox", "People"} & {each.area for each in found}
    assert "Disk" in {each.area for each in found}


def test_pending_migrations(monkeypatch):
    class Executor:
        class loader:  # noqa: N801
            applied_migrations = ()

            class graph:  # noqa: N801
                leaf_nodes: Any = staticmethod(list)

        def __init__(self, connection: object) -> None:
            pass

        def migration_plan(self, targets: object) -> list:
            one = namedtuple("one", "app_label name")
            return [(one("identity", f"000{number}"), False) for number in range(5)]

    monkeypatch.setattr(database, "MigrationExecutor", Executor)
    found = list(report.findings())
    pending = next(each for each in found if each.area == "Migrations")
    assert pending.level is Level.BROKEN
    assert pending.said == "5 pending: identity.0000, identity.0001, identity.0002 and 2 more"
    assert "People" not in {each.area for each in found}, "tables that may not be there are not asked"


def test_an_outbox_that_nobody_delivers():
    long_ago = clock.now() - timedelta(hours=1)
    Entry.objects.create(kind=Kind.JOB, name="x", created_at=long_ago, available_at=long_ago)
    Entry.objects.create(kind=Kind.JOB, name="y", created_at=long_ago, dead_at=long_ago)
    due, dead = services.outbox()
    assert (due.level, dead.level) == (Level.BROKEN, Level.WARNING)
    assert "manage.py relay" in due.advice
    assert "1 failed for good" in dead.said


def test_a_job_that_should_have_come_back():
    now = clock.now()
    Schedule.objects.create(name="outbox.purge", next_run_at=now - timedelta(minutes=6))
    Schedule.objects.create(name="limits.purge", next_run_at=now - timedelta(minutes=6), enabled=False)
    Schedule.objects.create(name="of.the_past", next_run_at=now - timedelta(days=6))
    late, off = jobs.schedules()
    assert (late.level, late.said) == (Level.BROKEN, "overdue: outbox.purge")
    assert off.said == "switched off: limits.purge"
    Schedule.objects.filter(name="outbox.purge").update(next_run_at=now)
    assert levels(jobs.schedules()) == [Level.FINE, Level.NOTE]


class TestBroker:
    @pytest.fixture
    def named(self, settings, monkeypatch):
        """A broker in memory, where workers answer as they are told to."""
        settings.CELERY_BROKER_URL = "memory://"
        broker.application.cache_clear()
        answers: list[dict[str, object]] = []
        monkeypatch.setattr(broker.application().control, "ping", lambda **_: answers)
        yield answers
        broker.application.cache_clear()

    def test_none(self, settings):
        settings.CELERY_BROKER_URL = ""
        assert [each.said for each in jobs.workers()] == ["run by the relay itself"]

    def test_workers_that_answer(self, named):
        named.append({"tenon@here": {"ok": "pong"}})
        (found,) = jobs.workers()
        assert found.level is Level.FINE
        assert "tenon@here" in found.said

    @pytest.mark.usefixtures("named")
    def test_no_worker(self):
        assert levels(jobs.workers()) == [Level.BROKEN]

    def test_no_broker_there(self, settings):
        settings.CELERY_BROKER_URL = f"redis://:hunter2@127.0.0.1:{free_port()}/0"
        broker.application.cache_clear()
        (found,) = jobs.workers()
        broker.application.cache_clear()
        assert found.level is Level.BROKEN
        assert "hunter2" not in found.said + found.advice


@pytest.mark.parametrize(("free", "level"), [(1 << 40, Level.FINE), (1 << 29, Level.WARNING), (1, Level.BROKEN)])
def test_room_on_the_disk(monkeypatch, free, level):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(services.shutil, "disk_usage", lambda path: usage(free))
    assert levels(services.disk()) == [level]


class TestMail:
    @pytest.fixture
    def server(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            yield listening.getsockname()[1]

    def smtp(self, settings, port: int) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_PROVIDER = "django.core.mail.backends.smtp.EmailBackend", "smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    def test_a_server_that_listens(self, settings, server):
        self.smtp(settings, server)
        (found,) = services.letters()
        assert found.level is Level.FINE
        assert f"127.0.0.1:{server}" in found.said

    def test_a_server_that_does_not(self, settings):
        self.smtp(settings, 1)
        (found,) = services.letters()
        assert found.level is Level.BROKEN
        assert "Connection refused" in found.said

    def test_a_provider_by_http(self, settings, monkeypatch):
        settings.EMAIL_BACKEND, settings.EMAIL_PROVIDER = "anymail.backends.resend.EmailBackend", "resend"
        settings.ANYMAIL = {"RESEND_API_KEY": "s3cret"}
        asked = []

        def connect(where: tuple[str, int], timeout: int) -> socket.socket:
            asked.append(where)
            return socket.socket()

        monkeypatch.setattr(services.socket, "create_connection", connect)
        (found,) = services.letters()
        assert found.level is Level.FINE
        assert asked == [("api.resend.com", 443)]

    def test_a_provider_without_its_key(self, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_PROVIDER = "anymail.backends.resend.EmailBackend", "resend"
        settings.ANYMAIL = {}
        (found,) = services.letters()
        assert found.level is Level.BROKEN
        assert "RESEND_API_KEY" in found.advice

    def test_a_backend_that_connects_to_nowhere(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        (found,) = services.letters()
        assert found.level is Level.FINE


class TestSettings:
    def test_what_production_would_refuse_is_noted(self):
        found = list(configuration.safe_for_production())
        assert Level.BROKEN not in levels(found)
        assert any("DEBUG must be off" in each.said for each in found)

    def test_what_runs_unsafely_is_broken(self, settings):
        settings.DEBUG = False
        found = list(configuration.safe_for_production())
        assert Level.BROKEN in levels(found)

    def test_a_safe_one(self, settings, monkeypatch):
        settings.DEBUG, settings.USE_HTTPS, settings.TRUSTED_PROXY_COUNT = False, True, 0
        monkeypatch.setattr(configuration.safety, "faults", lambda values, env: [])
        safe, proxy = configuration.safe_for_production()
        assert (safe.level, proxy.level) == (Level.FINE, Level.WARNING)
        assert "TRUSTED_PROXY_COUNT" in proxy.advice

    def test_static_files(self, settings, tmp_path):
        settings.STATIC_ROOT, settings.DEBUG = tmp_path, False
        assert levels(configuration.static_files()) == [Level.WARNING]
        (tmp_path / "staticfiles.json").touch()
        assert levels(configuration.static_files()) == [Level.FINE]


def test_redis_that_answers(settings, monkeypatch):
    class Client:
        def info(self, section: str) -> dict[str, str]:
            return {"redis_version": "7.0"}

    settings.REDIS_URL = "redis://127.0.0.1/0"
    monkeypatch.setattr(services.redis_client, "client", lambda url: Client())
    (found,) = services.redis()
    assert found.said == "7.0 answers at 127.0.0.1:6379"


def test_one_that_cannot_go_on_stops_no_other():
    def failing(error: Exception):
        def examination():
            yield findings.fine("X", "so far")
            raise error

        return list(examine("X", examination))

    assert levels(failing(ImproperlyConfigured("Set FOO."))) == [Level.FINE, Level.BROKEN]
    assert failing(ImproperlyConfigured("Set FOO."))[1].said == "Set FOO."
    assert "s3cret" not in failing(OperationalError("s3cret"))[1].said
    assert failing(ValueError("s3cret"))[1].said == "could not be examined (ValueError)"


def test_without_the_default_organization():
    (found,) = people.default_organization()
    assert found.level is Level.NOTE
    assert "DEFAULT_ORGANIZATION" in found.advice


def test_elsewhere_queries_keep_organizations_apart():
    if connection.vendor == "postgresql":
        assert levels(database.tenancy()) == [Level.FINE]
    else:
        assert levels(database.tenancy()) == [Level.NOTE]


@pytest.mark.postgresql
def test_a_role_that_sees_everything(monkeypatch, settings):
    monkeypatch.setattr(database, "role_faults", lambda connection: ["postgres is a superuser"])
    assert levels(database.tenancy()) == [Level.WARNING]
    settings.DEBUG = False
    assert levels(database.tenancy()) == [Level.BROKEN]


@pytest.mark.postgresql
def test_a_table_without_policy(monkeypatch):
    monkeypatch.setattr(database, "_TABLES", database._TABLES + " AND relname <> 'organizations_membership'")
    (found,) = database.tenancy()
    assert found.level is Level.BROKEN
    assert "organizations_membership" in found.said


def test_purges():
    now = clock.now()
    assert levels(jobs.purges()) == [Level.FINE]
    assert "not run yet" in next(iter(jobs.purges())).said
    Purge.objects.create(name="limits.purge", succeeded_at=now - timedelta(hours=1))
    Purge.objects.create(name="audit.purge", succeeded_at=now, failed_at=now + timedelta(1), error="ValueError: no")
    failing, late = jobs.purges()
    assert (failing.level, failing.said) == (Level.BROKEN, "audit.purge fails: ValueError: no")
    assert (late.level, late.said) == (Level.BROKEN, "not done for more than three rounds: limits.purge")
    Purge.objects.update(succeeded_at=now, failed_at=None)
    assert levels(jobs.purges()) == [Level.FINE]
