"""Announcements in the portal."""

import pytest

from tenon.kernel.outbox import relay
from tenon.platform.notifications.models import Announcement, Notification
from tenon.platform.notifications.tests.factories import make_user
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.portal import Browser, page

pytestmark = pytest.mark.django_db
LIST, ADD = page("notifications_announcement"), page("notifications_announcement", "add")


@pytest.fixture
def root():
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(root) -> Browser:
    return Browser(root)


def test_everybody_is_told_and_the_progress_shown(browser, root):
    people = [make_user() for _ in range(2)]
    answer = browser.fill_in(ADD, message="We move on Sunday.", target_url="/news/")
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Announcement.objects.get()
    assert (made.people, made.created_by_id, made.organization_id) == (3, root.pk, None)
    assert b"0 / 3" in browser.get(LIST).content
    relay.drain()
    shown = browser.get(LIST).content
    assert b"3 / 3" in shown
    assert b"Everybody" in shown
    assert Notification.objects.filter(recipient=people[0], message="We move on Sunday.").exists()
    assert b"We move on Sunday." in browser.get(page("notifications_announcement", "change", made.pk)).content


def test_an_organization_is_told(browser):
    owner, stranger = make_user(), make_user()
    acme = make_organization(owner, name="Acme Inc.")
    assert browser.fill_in(ADD, message="Among us", to=acme.id).status_code == 302
    relay.drain()
    assert list(Notification.objects.values_list("recipient", "message")) == [(owner.pk, "Among us")]
    assert b"Acme Inc." in browser.get(LIST).content
    assert stranger.pk != owner.pk


def test_a_target_that_runs_is_refused(browser):
    answer = browser.fill_in(ADD, message="Click", target_url="javascript:alert(1)")
    assert answer.status_code == 200
    assert "target_url" in answer.context["adminform"].form.errors
    assert not Announcement.objects.exists()
