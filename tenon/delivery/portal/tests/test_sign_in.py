"""Signing in to the portal, staying, and being out again at once."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.errors import TooManyRequests
from tenon.platform.identity import services
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services.staff import change_rights
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address
from tenon.testing.portal import Browser

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
REFUSED = "The email address or the password is not right."


@pytest.fixture
def root() -> User:
    """A superuser."""
    return make_user(is_staff=True, is_superuser=True)


def sign_in(browser: Browser, email: str, password: str = PASSWORD, path: str = LOGIN):
    return browser.post(path, username=email, password=password)


def faults(answer) -> list[str]:
    return answer.context["form"].non_field_errors()


def is_in(browser: Browser) -> bool:
    return browser.get("/admin/").status_code == 200


def test_the_way_in_and_out(root):
    browser = Browser()
    assert browser.get("/admin/")["Location"] == f"{LOGIN}?next=/admin/"
    answer = sign_in(browser, root.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/admin/")
    assert is_in(browser)
    assert browser.get(LOGIN)["Location"] == "/admin/"
    session = Session.objects.get(user=root)
    assert session.idle_expires_at - session.last_used_at == settings.STAFF_SESSION_IDLE_LIFETIME
    stolen = Browser()
    assert browser.post("/admin/logout/")["Location"] == LOGIN
    assert not is_in(browser)
    assert Session.objects.get(user=root).revoke_reason == "signed_out"
    stolen.client.cookies[settings.SESSION_COOKIE_NAME] = cookie.value
    assert not is_in(stolen), "a copy of the cookie ends with the session"


def test_where_one_wanted_to_go(root):
    wanted = "/admin/identity/user/"
    assert sign_in(Browser(), root.email, path=f"{LOGIN}?next={wanted}")["Location"] == wanted
    foreign = f"{LOGIN}?next=https://evil.example/"
    assert sign_in(Browser(), root.email, path=foreign)["Location"] == "/admin/"


def test_a_get_signs_nobody_out(root):
    browser = Browser(root)
    assert browser.get("/admin/logout/").status_code == 405
    assert is_in(browser)


def test_every_refusal_reads_the_same(root):
    disabled = make_user(is_staff=True, is_active=False)
    attempts = [
        (new_address(), PASSWORD),
        (root.email, "wrong"),
        (disabled.email, PASSWORD),
        (make_user().email, PASSWORD),  # right, of somebody who is no staff
    ]
    bodies = set()
    for email, password in attempts:
        answer = sign_in(Browser(), email, password)
        assert faults(answer) == [REFUSED]
        assert settings.SESSION_COOKIE_NAME not in answer.cookies
        bodies.add(len(answer.context["form"].errors))
    assert bodies == {1}
    assert not Session.objects.exists()


def test_an_address_that_is_not_verified():
    staff = make_user(is_staff=True, is_verified=False)
    assert faults(sign_in(Browser(), staff.email)) == ["Please verify your email first."]


def test_what_is_no_address():
    assert faults(sign_in(Browser(), "nonsense")) == ["Enter a valid email address."]
    assert "required" in str(sign_in(Browser(), "").context["form"].errors)


def test_the_limit_is_the_one_of_the_api(root):
    limit = 10
    for _ in range(limit):
        assert faults(sign_in(Browser(), root.email, "wrong")) == [REFUSED]
    assert faults(sign_in(Browser(), root.email)) == ["Too many attempts. Try again in 5 minutes."]
    with pytest.raises(TooManyRequests):
        services.sign_in(email=root.email, password=PASSWORD, device=services.Device(), now=clock.now())


def test_the_right_password_of_other_people_counts_as_a_failure():
    person = make_user()
    for _ in range(10):
        sign_in(Browser(), person.email)
    assert "Too many" in faults(sign_in(Browser(), person.email))[0]


def test_a_form_without_its_token_is_refused(root):
    browser = Browser(enforce_csrf_checks=True)
    answer = sign_in(browser, root.email)
    assert answer.status_code == 403
    assert not Session.objects.exists()


@pytest.mark.parametrize("change", ["disabled", "demoted", "signed out", "password reset"])
def test_out_on_the_next_request(change, root):
    staff = make_user(is_staff=True)
    browser = Browser(staff)
    assert is_in(browser)
    now = clock.now()
    if change == "disabled":
        services.disable_user(user_id=staff.pk, now=now)
    elif change == "demoted":
        rights = {"is_staff": False, "is_superuser": False, "group_ids": []}
        change_rights(actor_id=root.pk, user_id=staff.pk, now=now, **rights)
    elif change == "signed out":
        services.sign_out_everywhere(user_id=staff.pk, now=now)
    else:
        Session.objects.filter(user=staff).update(revoked_at=now, revoke_reason="password_reset")
    assert not is_in(browser)


def test_twelve_idle_hours_end_it_and_use_prolongs_it(root):
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        browser = Browser(root, now=start)
        traveller.move_to(start + timedelta(hours=11, minutes=59))
        assert is_in(browser)
        traveller.move_to(start + timedelta(hours=23))
        assert is_in(browser)
        traveller.move_to(start + timedelta(hours=35, minutes=1))
        assert not is_in(browser)


def test_no_use_prolongs_it_past_its_end(root):
    start = clock.now()
    browser = Browser(root, now=start)
    Session.objects.update(absolute_expires_at=start + timedelta(hours=1), idle_expires_at=start + timedelta(hours=1))
    with time_machine.travel(start + timedelta(minutes=59), tick=False):
        assert is_in(browser)
    assert Session.objects.get().idle_expires_at == start + timedelta(hours=1)


def test_not_every_page_writes(root, django_assert_num_queries):
    browser = Browser(root)
    with django_assert_num_queries(1):
        browser.get("/admin/password_change/")


@pytest.mark.parametrize("cookie", ["", "nonsense", "e30:1abc:forged"])
def test_a_cookie_that_is_not_ours_is_nobody(cookie):
    browser = Browser()
    browser.client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_in(browser)


def change_password(browser: Browser, old: str, new: str, again: str = ""):
    return browser.post("/admin/password_change/", old_password=old, new_password1=new, new_password2=again or new)


def test_another_password(root):
    browser, elsewhere = Browser(root), Browser(root)
    new = "another-horse-battery-8"
    answer = change_password(browser, PASSWORD, new)
    assert answer["Location"] == "/admin/password_change/done/"
    assert browser.get(answer["Location"]).status_code == 200
    assert is_in(browser)
    assert not is_in(elsewhere)
    assert "identity.password_changed" in outbox.event_names()
    assert [letter.template for letter in outbox.letters()] == ["password_changed"]
    assert sign_in(Browser(), root.email, new).status_code == 302


def test_a_password_that_is_refused(root):
    browser = Browser(root)
    new = "another-horse-battery-8"
    wrong = change_password(browser, "wrong", new).context["form"].errors
    assert wrong == {"old_password": ["The current password is not right."]}
    weak = change_password(browser, PASSWORD, "password").context["form"].errors
    assert "too common" in weak["new_password1"][0]
    assert list(change_password(browser, PASSWORD, new, "different").context["form"].errors) == ["new_password2"]
    for _ in range(10):
        last = change_password(browser, "wrong", new)
    assert "Too many" in last.context["form"].non_field_errors()[0]
    assert "identity.password_changed" not in outbox.event_names()
