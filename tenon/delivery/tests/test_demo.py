"""The demo is made as anybody would be, once."""

from io import StringIO

import pytest
from django.core.management import call_command

from tenon.delivery import demo
from tenon.kernel import clock
from tenon.kernel.outbox.models import Entry
from tenon.platform.identity import services
from tenon.platform.identity.models import User
from tenon.platform.organizations.models import Organization

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
