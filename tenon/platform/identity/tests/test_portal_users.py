"""Accounts, sessions and groups in the portal: whatever is written there, a service writes."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.kernel import clock
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address, start_session
from tenon.testing.portal import Browser, allow, messages, page

pytestmark = pytest.mark.django_db

USERS, SESSIONS, GROUPS = page("identity_user"), page("identity_session"), page("auth_group")


@pytest.fixture
def root() -> User:
    """A superuser."""
    return make_user(is_staff=True, is_superuser=True, first_name="Root")


@pytest.fixture
def browser(root: User) -> Browser:
    """Their browser."""
    return Browser(root)


def change(person: User) -> str:
    return page("identity_user", "change", person.pk)


def faults(answer) -> dict:
    return answer.context["adminform"].form.errors


def queries(browser: Browser, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked.captured_queries)


class TestAdding:
    path = page("identity_user", "add")

    def fill(self, browser: Browser, email: str, **changes):
        values = {"email": email, "password": PASSWORD, "again": PASSWORD, "first_name": "Eve", **changes}
        return browser.fill_in(self.path, **values)

    def test_an_account(self, browser):
        email = new_address()
        answer = self.fill(browser, email)
        assert answer.status_code == 302
        user = User.objects.get(email=email)
        assert (user.first_name, user.is_verified, user.is_staff) == ("Eve", False, False)
        assert user.check_password(PASSWORD)
        assert outbox.events()[-1] == ("identity.user_registered", {"user_id": str(user.pk), "is_superuser": False})
        assert outbox.jobs("identity.send_verification") == [{"address": email}]
        assert browser.get(page("identity_user", "history", user.pk)).context["action_list"]

    def test_one_whose_address_is_known(self, browser):
        email = new_address()
        self.fill(browser, email, verified=True)
        assert User.objects.get(email=email).is_verified
        assert not outbox.jobs("identity.send_verification")

    def test_what_the_service_refuses_stands_beside_the_field(self, browser, root):
        assert "exists already" in faults(self.fill(browser, root.email.upper()))["email"][0]
        weak = self.fill(browser, new_address(), password="password", again="password")
        assert "too common" in faults(weak)["password"][0]
        assert weak.context["adminform"].form["first_name"].value() == "Eve", "what was typed is kept"
        assert faults(self.fill(browser, new_address(), again="other")) == {"again": ["The two passwords differ."]}
        assert User.objects.count() == 1
        assert not outbox.events()


class TestChanging:
    def test_the_profile(self, browser):
        person = make_user(username="old")
        answer = browser.fill_in(change(person), username="new", timezone="Europe/Berlin")
        assert answer.status_code == 302
        person.refresh_from_db()
        assert (person.username, person.timezone) == ("new", "Europe/Berlin")
        assert [name for name, _ in outbox.events()] == ["identity.profile_updated"]

    def test_nothing(self, browser):
        assert browser.fill_in(change(make_user())).status_code == 302
        assert not outbox.events()

    def test_an_unknown_time_zone(self, browser):
        assert "timezone" in faults(browser.fill_in(change(make_user()), timezone="Mars/Olympus"))

    def test_whether_they_may_sign_in(self, browser):
        person = make_user()
        start_session(person, now=clock.now())
        browser.fill_in(change(person), is_active=False)
        assert outbox.event_names() == ["identity.session_revoked", "identity.user_disabled"]
        browser.fill_in(change(person), is_active=True)
        assert outbox.event_names()[-1] == "identity.user_enabled"

    def test_the_rights(self, browser, root):
        person, group = make_user(), Group.objects.create(name="support")
        session = start_session(person, now=clock.now()).session_id
        browser.fill_in(change(person), is_staff=True, groups=[group])
        person.refresh_from_db()
        assert (person.is_staff, person.is_superuser, list(person.groups.all())) == (True, False, [group])
        assert Session.objects.get(pk=session).revoke_reason == "revoked", "sessions of staff do not live as long"
        told = {"is_staff": True, "is_superuser": False, "group_ids": [group.pk]}
        event = ("identity.staff_rights_changed", {"user_id": str(person.pk), "actor_id": str(root.pk), **told})
        assert outbox.events()[-1] == event
        browser.fill_in(change(person), groups=[])
        assert not person.groups.exists()

    def test_nobody_takes_their_own(self, browser, root):
        for changes in ({"is_superuser": False}, {"is_staff": False}, {"is_active": False}):
            answer = browser.fill_in(change(root), username="half", **changes)
            assert "You cannot take your own rights" in faults(answer)["__all__"][0]
        root.refresh_from_db()
        assert (root.is_staff, root.is_superuser, root.is_active, root.username) == (True, True, True, "")
        assert not outbox.events(), "nothing of a refused form is done"

    def test_the_address_and_the_password_are_not_there(self, browser):
        person = make_user()
        browser.post(change(person), email="other@example.com", password="x", timezone="UTC", is_active="on")
        before, person = person, User.objects.get(pk=person.pk)
        assert (person.email, person.password) == (before.email, before.password)


class TestStaffWhoAreNoSuperusers:
    @pytest.fixture
    def clerk(self) -> User:
        """Somebody who may do all that a group can allow with accounts."""
        clerk = make_user(is_staff=True)
        allow(clerk, "view_user", "change_user", "add_user", "view_session", "change_session", "change_group")
        return clerk

    def test_they_add_accounts_and_vouch_for_none(self, clerk):
        email, path, browser = new_address(), page("identity_user", "add"), Browser(clerk)
        assert "verified" not in str(browser.get(path).context["adminform"].fieldsets)
        browser.fill_in(path, email=email, password=PASSWORD, again=PASSWORD, verified=True)
        assert not User.objects.get(email=email).is_verified

    def test_they_change_profiles_but_no_rights(self, clerk):
        person = make_user()
        browser = Browser(clerk)
        answer = browser.post(
            change(person),
            username="new",
            timezone="UTC",
            is_active="on",
            is_staff="on",
            is_superuser="on",
            groups=["1"],
        )
        assert answer.status_code == 302
        person.refresh_from_db()
        assert (person.username, person.is_staff, person.is_superuser) == ("new", False, False)

    def test_they_do_not_touch_staff(self, clerk, root):
        browser = Browser(clerk)
        session = start_session(root, now=clock.now()).session_id
        assert browser.get(change(root)).context["has_change_permission"] is False
        assert browser.post(change(root), username="x", timezone="UTC").status_code == 403
        for action in ("disable", "enable", "sign_out", "send_password_link", "send_verification_link"):
            assert "not for you to decide" in messages(browser.act(USERS, action, root))[0]
        ended = browser.act(SESSIONS, "end", Session.objects.get(pk=session))
        assert "not for you to decide" in messages(ended)[0]
        root.refresh_from_db()
        assert root.is_active
        assert Session.objects.get(pk=session).revoked_at is None

    def test_they_do_not_change_groups(self, clerk):
        group = clerk.groups.get()
        assert Browser(clerk).post(page("auth_group", "change", group.pk), name="x").status_code == 403


class TestActions:
    def test_off_and_on(self, browser):
        people = [make_user(), make_user()]
        assert messages(browser.act(USERS, "disable", *people)) == ["Disabled (2)"]
        assert not User.objects.filter(is_active=True, is_staff=False).exists()
        assert outbox.event_names() == ["identity.user_disabled"] * 2
        browser.act(USERS, "enable", *people)
        assert User.objects.filter(is_active=True, is_staff=False).count() == 2

    def test_one_refusal_stops_no_other(self, browser, root):
        person = make_user()
        told = messages(browser.act(USERS, "disable", root, person))
        assert any("You cannot take your own rights" in each for each in told)
        assert "Disabled (1)" in told
        root.refresh_from_db()
        assert root.is_active

    def test_signing_out(self, browser):
        person = make_user()
        start_session(person, now=clock.now())
        browser.act(USERS, "sign_out", person)
        assert not Session.objects.filter(user=person).live(clock.now()).exists()

    def test_links(self, browser):
        person = make_user(is_verified=False)
        browser.act(USERS, "send_password_link", person)
        browser.act(USERS, "send_verification_link", person)
        assert outbox.jobs("identity.send_password_reset") == [{"address": person.email}]
        assert outbox.jobs("identity.send_verification") == [{"address": person.email}]

    def test_links_are_limited_as_everywhere(self, browser):
        person = make_user()
        for _ in range(5):
            browser.act(USERS, "send_password_link", person)
        assert "Too many requests" in messages(browser.act(USERS, "send_password_link", person))[0]

    def test_ending_a_session(self, browser):
        session_id = start_session(make_user(), now=clock.now()).session_id
        session = Session.objects.get(pk=session_id)
        assert messages(browser.act(SESSIONS, "end", session)) == ["Ended (1)"]
        assert outbox.event_names() == ["identity.session_revoked"]
        assert "had ended already" in messages(browser.act(SESSIONS, "end", session))[0]

    def test_nothing_is_deleted_in_bulk(self, browser):
        person = make_user()
        browser.act(USERS, "delete_selected", person)
        assert User.objects.filter(pk=person.pk).exists()


class TestGroups:
    def test_made_changed_deleted(self, browser):
        see, write = (Permission.objects.get(codename=f"{verb}_user") for verb in ("view", "change"))
        browser.fill_in(page("auth_group", "add"), name="support", permissions=[see])
        group = Group.objects.get()
        assert list(group.permissions.all()) == [see]
        path = page("auth_group", "change", group.pk)
        browser.fill_in(path, name="support desk", permissions=[see, write])
        assert set(group.permissions.all()) == {see, write}
        browser.post(page("auth_group", "delete", group.pk), post="yes")
        assert not Group.objects.exists()
        changes = [payload for _, payload in outbox.events()]
        assert [(each["group_name"], each["deleted"]) for each in changes] == [
            ("support", False),
            ("support desk", False),
            ("support desk", True),
        ]

    def test_a_name_that_is_taken(self, browser):
        Group.objects.create(name="support")
        assert "name already" in faults(browser.fill_in(page("auth_group", "add"), name="support"))["name"][0]

    def test_only_permissions_that_say_something_are_offered(self, browser):
        form = browser.get(page("auth_group", "add")).context["adminform"].form
        labels = {label for _, label in form.fields["permissions"].choices}
        assert {"Users: see", "Sessions: change, and use the actions", "Memberships: delete"} <= labels
        assert not {"Users: delete", "Sessions: add", "Groups: change, and use the actions"} & labels


class TestLists:
    @pytest.mark.parametrize("term", ["Uniquely", "uniquely@", "Known-As"])
    def test_search(self, browser, term):
        wanted = make_user(
            email=f"uniquely@{new_address().partition('@')[2]}", first_name="Uniquely", username="known-as"
        )
        make_user()
        assert list(browser.get(USERS, q=term).context["cl"].result_list) == [wanted]

    def test_search_by_id(self, browser):
        wanted = make_user()
        assert list(browser.get(USERS, q=f" {wanted.pk} ").context["cl"].result_list) == [wanted]

    def test_filters(self, browser, root):
        disabled = make_user(is_active=False)
        assert list(browser.get(USERS, is_active__exact="0").context["cl"].result_list) == [disabled]
        assert list(browser.get(USERS, is_staff__exact="1").context["cl"].result_list) == [root]

    def test_live_and_ended_sessions(self, browser):
        ended = start_session(make_user()).session_id
        live = start_session(make_user(), now=clock.now()).session_id
        shown = {each.pk for each in browser.get(SESSIONS, live="yes").context["cl"].result_list}
        assert shown == {live, browser.session_id}
        shown = {each.pk for each in browser.get(SESSIONS, live="no").context["cl"].result_list}
        assert shown == {ended}
        assert "Expired" in browser.get(SESSIONS, live="no").content.decode()

    def test_the_sessions_of_an_account(self, browser):
        person = make_user()
        mine = start_session(person, now=clock.now()).session_id
        shown = browser.get(change(person)).content.decode()
        assert "1 live" in shown
        found = browser.get(SESSIONS, user__id__exact=str(person.pk), live="yes").context["cl"].result_list
        assert [each.pk for each in found] == [mine]

    @pytest.mark.parametrize(("path", "budget"), [(USERS, 3), (SESSIONS, 3), (GROUPS, 3)])
    def test_queries_do_not_follow_the_rows(self, browser, path, budget):
        def fill(count: int) -> None:
            for number in range(count):
                person = make_user(is_staff=True)
                start_session(person, now=clock.now())
                Group.objects.create(name=f"{person.pk} {number}").user_set.add(person)

        fill(2)
        assert queries(browser, path) <= budget
        fill(20)
        assert queries(browser, path) <= budget

    def test_queries_of_one_account(self, browser):
        person = make_user()
        for number in range(10):
            start_session(person, now=clock.now())
            person.groups.add(Group.objects.create(name=str(number)))
        browser.get(change(person))  # a process asks for content types once
        assert queries(browser, change(person)) <= 9
