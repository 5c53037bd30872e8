"""Flags in the portal."""

import pytest

from tenon.platform.flags import selectors, services
from tenon.platform.flags.models import Flag
from tenon.platform.flags.tests.factories import SYSTEM, make_flag
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser, messages, page

pytestmark = pytest.mark.django_db
FLAGS = page("flags_flag")


@pytest.fixture
def root():
    """A superuser."""
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(root):
    """Their browser."""
    return Browser(root)


def faults(answer):
    return answer.context["adminform"].form.errors


def test_a_flag_is_made(browser, root):
    filled = browser.fill_in(
        page("flags_flag", "add"), key="checkout", is_enabled="on", rules='[{"percentage": 10}]', variants="[]"
    )
    assert filled.status_code == 302, faults(filled)
    made = selectors.flag_facts(key="checkout")
    assert (made.is_enabled, made.rules, made.variants, made.changed_by) == (True, [{"percentage": 10}], [], root.pk)
    assert outbox.event_names() == ["flags.created"]


def test_a_flag_is_changed_unless_somebody_else_has(browser):
    made = make_flag("checkout")
    path = page("flags_flag", "change", made.id)
    assert browser.fill_in(path, description="A short one").status_code == 302
    assert selectors.flag_facts(key="checkout").description == "A short one"
    late = browser.fill_in(path, rest="on", seen="1")
    assert "Somebody has changed the flag" in str(faults(late))
    assert selectors.flag_facts(key="checkout").rest is False


def test_what_is_wrong_stands_beside_its_field(browser):
    path = page("flags_flag", "add")
    assert "rules" in faults(browser.fill_in(path, key="a", rules='[{"percentage": 101}]'))
    assert "key" in faults(browser.fill_in(path, key="Not A Key"))
    make_flag("taken")
    assert "already" in str(faults(browser.fill_in(path, key="taken")))


def test_flags_are_switched_off_and_deleted(browser):
    make_flag("checkout", rest=True)
    row = Flag.objects.get()
    listed = browser.get(FLAGS)
    assert listed.status_code == 200
    assert messages(browser.act(FLAGS, "switch_off", row)) == ["Switched off (1)"]
    selectors.forget()
    assert not services.is_on("checkout")
    assert browser.post(page("flags_flag", "delete", row.pk), post="yes").status_code == 302
    assert not Flag.objects.exists()
    services.set_flag(principal=SYSTEM, key="checkout")
