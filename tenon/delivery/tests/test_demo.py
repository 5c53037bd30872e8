"""The demo is made as anybody would be, once."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError

from tenon.delivery import demo
from tenon.kernel import clock
from tenon.kernel.outbox.models import Entry
from tenon.platform.identity import services
from tenon.platform.identity.models import User
from tenon.platform.organizations.models import Organization
from tenon.testing import houses
from tenon.testing.servers import ROOT, environment, manage

pytestmark = pytest.mark.django_db


def test_a_second_time_changes_nothing():
    first = demo.seed(now=clock.now())
    before = [list(model.objects.order_by("pk").values()) for model in (User, Organization)]
    assert demo.seed(now=clock.now()) == first
    assert [list(model.objects.order_by("pk").values()) for model in (User, Organization)] == before


def test_alice_has_an_organization_and_the_deployment_has_its_own(settings):
    demo.seed(now=clock.now())
    owners = dict(Organization.objects.values_list("slug", "owner__email"))
    assert owners == {"acme": demo.ALICE.email, settings.DEFAULT_ORGANIZATION: demo.ADMIN.email}


@pytest.mark.parametrize("login", [demo.ADMIN, demo.ALICE])
def test_the_logins_work_at_once(login: demo.Login):
    demo.seed(now=clock.now())
    signed_in = services.sign_in(email=login.email, password=login.password, device=services.Device(), now=clock.now())
    assert signed_in.user.is_verified
    assert signed_in.user.is_staff is (login is demo.ADMIN)


def test_nobody_gets_mail_for_it():
    demo.seed(now=clock.now())
    assert [entry.name for entry in Entry.objects.all() if entry.kind == "job"] == []


def test_the_command_prints_the_logins():
    printed = StringIO()
    call_command("seed_demo", stdout=printed)
    assert "alice@example.com  demo-alice-4-tenon" in printed.getvalue()


def test_production_makes_no_demo(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match=r"manage\.py createsuperuser"):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_a_published_password_that_opens_an_account_is_refused_until_it_does_no_more():
    demo.refuse_published_logins()
    demo.seed(now=clock.now())
    with pytest.raises(ImproperlyConfigured, match=r"admin@example\.com and alice@example\.com .* disable_demo`"):
        demo.refuse_published_logins()

    admin = User.objects.get(email=demo.ADMIN.email)
    admin.set_password("quite-another-horse-9-battery")
    admin.save()
    with pytest.raises(ImproperlyConfigured, match=r"sign in as alice@example\.com with"):
        demo.refuse_published_logins()

    printed = StringIO()
    call_command("disable_demo", stdout=printed)
    assert printed.getvalue() == "alice@example.com is disabled.\n"
    demo.refuse_published_logins()
    assert User.objects.get(pk=admin.pk).is_active

    printed = StringIO()
    call_command("disable_demo", stdout=printed)
    assert printed.getvalue() == "No account has a published password.\n"


def test_a_demo_that_was_disabled_can_be_had_again_and_a_changed_password_is_not_printed():
    demo.seed(now=clock.now())
    assert demo.disable(now=clock.now()) == [demo.ADMIN, demo.ALICE]
    User.objects.filter(email=demo.ADMIN.email).update(password="!")
    assert demo.seed(now=clock.now()) == [demo.ALICE]
    assert User.objects.get(email=demo.ALICE.email).is_active
    assert not User.objects.get(email=demo.ADMIN.email).is_active


@pytest.mark.django_db(transaction=True)
def test_a_server_asks_at_its_start_in_production_only(settings):
    demo.seed(now=clock.now())
    demo.check_published_logins()
    settings.DEMO_ALLOWED = False
    with pytest.raises(ImproperlyConfigured, match="published password"):
        demo.check_published_logins()
    demo.disable(now=clock.now())
    demo.check_published_logins()


def test_a_database_that_is_not_there_is_not_asked(settings, monkeypatch: pytest.MonkeyPatch):
    def lost() -> None:
        raise OperationalError("connection refused")

    settings.DEMO_ALLOWED = False
    monkeypatch.setattr(demo, "refuse_published_logins", lost)
    monkeypatch.setattr(demo.connection, "close", lambda: None)
    demo.check_published_logins()


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_no_server_starts_in_production_with_it(server: str, tmp_path: Path):
    environ = {
        **houses.sqlite_database(tmp_path).env,
        "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-and-more",
    }
    manage("seed_demo", env={**environ, "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development"})
    production = {
        **environ,
        "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.production",
        "ALLOWED_HOSTS": "api.example.com",
        "SITE_URL": "http://api.example.com",
        "USE_HTTPS": "false",
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_HOST": "smtp.example.com",
        "ALLOW_IN_PRODUCTION": "sqlite",
    }
    assert "Anybody can sign in as admin@example.com" in _refusal(server, production)
    assert "admin@example.com is disabled." in manage("disable_demo", env=production)
    assert _refusal(server, production) == ""


def _refusal(server: str, environ: dict[str, str]) -> str:
    """The last line of why it does not start; empty when it does."""
    done = subprocess.run(
        [sys.executable, "-c", f"import tenon.delivery.{server}"],
        cwd=ROOT,
        # A checkout without collected files is warned of, which is not what this is about.
        env=environment({**environ, "PYTHONWARNINGS": "ignore:No directory at:UserWarning"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(done.returncode) is bool(done.stderr)
    return done.stderr.strip().rpartition("\n")[2]
