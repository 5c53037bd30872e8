"""Organizations, memberships and invitations in the portal: whatever is written there, a service writes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import new_address
from tenon.platform.organizations.models import Invitation, Membership, Organization
from tenon.platform.organizations.tests.factories import (
    add_member,
    add_role,
    make_organization,
    make_user,
    membership,
)
from tenon.testing.portal import Browser, messages, page

pytestmark = pytest.mark.django_db

ORGANIZATIONS = page("organizations_organization")
MEMBERSHIPS = page("organizations_membership")
INVITATIONS = page("organizations_invitation")


@pytest.fixture
def root():
    """A superuser, who is a member nowhere."""
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(root) -> Browser:
    """Their browser."""
    return Browser(root)


@pytest.fixture
def made():
    """An organization."""
    return make_organization(name="Acme Inc.")


def faults(answer) -> dict:
    return answer.context["adminform"].form.errors


def last_event() -> tuple:
    return outbox.events()[-1]


def rows(answer) -> list:
    return list(answer.context["cl"].result_list)


class TestOrganizations:
    def change(self, made) -> str:
        return page("organizations_organization", "change", made.id)

    def test_one_is_made(self, browser):
        owner = make_user()
        answer = browser.fill_in(
            page("organizations_organization", "add"), name="New Ltd.", owner=owner, country="de", currency="eur"
        )
        assert answer.status_code == 302, faults(answer)
        organization = Organization.objects.get()
        assert (organization.slug[:7], organization.country, organization.currency) == ("new-ltd", "DE", "EUR")
        assert membership(owner, organization.pk).role == "admin"
        assert outbox.event_names() == ["organizations.created", "organizations.member_joined"]

    @pytest.mark.parametrize(("field", "value"), [("country", "XX"), ("currency", "QQQ"), ("timezone", "Mars")])
    def test_places_are_checked(self, browser, made, field, value):
        assert field in faults(browser.fill_in(self.change(made), **{field: value}))

    def test_one_is_changed(self, browser, made, root):
        assert browser.fill_in(self.change(made), name="Acme & Co.").status_code == 302
        assert Organization.objects.get().name == "Acme & Co."
        name, payload = last_event()
        assert name == "organizations.updated"
        assert payload["actor_id"] == str(root.pk)

    def test_a_short_name_that_is_taken(self, browser, made, settings):
        other = make_organization(name="Other")
        assert "slug" in faults(browser.fill_in(self.change(other), slug=made.slug))
        refused = browser.fill_in(self.change(other), slug=settings.DEFAULT_ORGANIZATION)
        assert faults(refused)["slug"] == ["This short name is taken."]

    def test_another_owner(self, browser, made):
        heir = add_member(made.id)
        assert browser.fill_in(self.change(made), owner=heir).status_code == 302
        assert Organization.objects.get().owner_id == heir.pk
        assert last_event()[0] == "organizations.ownership_transferred"
        stranger = browser.fill_in(self.change(made), owner=make_user(), name="Half")
        assert faults(stranger)["owner"] == ["Only a member can become the owner."]
        assert Organization.objects.get().name == made.name, "nothing of a refused form is done"

    def test_one_is_closed_by_name(self, browser, made):
        assert "closing_name" in faults(browser.fill_in(self.change(made), closing_name="Acme"))
        assert browser.fill_in(self.change(made), closing_name=made.name).status_code == 302
        assert last_event()[0] == "organizations.closed"
        shown = browser.get(self.change(made))
        assert shown.context["has_change_permission"] is False
        assert "closing_name" not in shown.content.decode()
        assert browser.post(self.change(made), name="x").status_code == 403

    def test_the_list(self, browser, made):
        closed = make_organization(name="Gone")
        browser.fill_in(self.change(closed), closing_name="Gone")
        add_member(made.id)
        (shown,) = rows(browser.get(ORGANIZATIONS, state="open"))
        assert (shown.pk, shown.members) == (made.id, 2)
        assert [each.pk for each in rows(browser.get(ORGANIZATIONS, state="closed"))] == [closed.id]
        assert [each.pk for each in rows(browser.get(ORGANIZATIONS, q="acme"))] == [made.id]
        assert [each.pk for each in rows(browser.get(ORGANIZATIONS, q=str(made.id)))] == [made.id]


class TestMemberships:
    def change(self, person, made) -> str:
        return page("organizations_membership", "change", membership(person, made.id).pk)

    def test_another_role(self, browser, made, root):
        add_role(made.id, "driver", "members:list")
        person = add_member(made.id)
        assert browser.fill_in(self.change(person, made), role="driver", grants=["billing"]).status_code == 302
        changed = membership(person, made.id)
        assert (changed.role, changed.grants) == ("driver", ["billing"])
        assert outbox.event_names()[-2:] == ["organizations.member_role_changed"] * 2
        assert last_event()[1]["actor_id"] == str(root.pk)

    def test_roles_of_other_organizations_are_none(self, browser, made):
        add_role(make_organization(name="Other").id, "spy")
        person = add_member(made.id)
        assert "role" in faults(browser.fill_in(self.change(person, made), role="spy"))

    def test_the_owner_stays(self, browser, made):
        with system_scope(reason="a test looks at everything"):
            owner = Membership.objects.select_related("user").get().user
        refused = browser.fill_in(self.change(owner, made), role="member")
        assert "Transfer the organization" in faults(refused)["__all__"][0]
        path = page("organizations_membership", "delete", membership(owner, made.id).pk)
        answer = browser.client.post(path, {"post": "yes"}, follow=True)
        assert "Transfer the organization" in messages(answer)[0]
        assert membership(owner, made.id) is not None

    def test_one_ends(self, browser, made):
        person = add_member(made.id)
        path = page("organizations_membership", "delete", membership(person, made.id).pk)
        assert browser.get(path).status_code == 200
        assert browser.post(path, post="yes").status_code == 302
        assert membership(person, made.id) is None
        assert last_event()[0] == "organizations.member_left"

    def test_the_list_shows_every_organization(self, browser, made):
        other = make_organization(name="Other")
        person = add_member(other.id)
        assert len(rows(browser.get(MEMBERSHIPS))) == 3
        assert len(rows(browser.get(MEMBERSHIPS, organization__id__exact=str(other.id)))) == 2
        assert [each.user_id for each in rows(browser.get(MEMBERSHIPS, q=person.email))] == [person.pk]
        assert "Other" in browser.get(MEMBERSHIPS, q=person.email).content.decode()


class TestInvitations:
    path = page("organizations_invitation", "add")

    def invite(self, browser, made, **changes):
        return browser.fill_in(self.path, into=made.id, **{"email": new_address(), **changes})

    def test_one_is_sent(self, browser, made, root):
        email = new_address()
        assert self.invite(browser, made, email=email, role="billing").status_code == 302
        with system_scope(reason="a test looks at everything"):
            invitation = Invitation.objects.get()
        sent = (invitation.email, invitation.role, invitation.invited_by_id, invitation.organization_id)
        assert sent == (email, "billing", root.pk, made.id)
        assert [letter.to for letter in outbox.letters()] == [email]
        shown = browser.get(page("organizations_invitation", "change", invitation.pk)).content.decode()
        assert email in shown
        assert invitation.digest not in shown

    def test_what_the_service_refuses(self, browser, made):
        assert faults(self.invite(browser, made, role="king"))["role"] == ["There is no role king."]
        member = add_member(made.id)
        assert "member already" in faults(self.invite(browser, made, email=member.email))["__all__"][0]
        assert not outbox.letters()

    def test_one_is_taken_back(self, browser, made):
        self.invite(browser, made)
        with system_scope(reason="a test looks at everything"):
            invitation = Invitation.objects.get()
        assert messages(browser.act(INVITATIONS, "revoke", invitation))[-1] == "Revoked (1)"
        assert last_event()[0] == "organizations.invitation_closed"
        assert "no longer be answered" in messages(browser.act(INVITATIONS, "revoke", invitation))[0]
        assert rows(browser.get(INVITATIONS, state__exact="revoked"))

    def test_time_that_is_up_shows(self, browser, made):
        self.invite(browser, made)
        with system_scope(reason="a test looks at everything"):
            Invitation.objects.update(expires_at=made.created_at)
        assert "Expired" in browser.get(INVITATIONS).content.decode()

    def test_organizations_are_found_by_name(self, browser, made):
        query = {"app_label": "organizations", "model_name": "invitation", "field_name": "organization"}
        found = browser.get("/admin/autocomplete/", term="acm", **query).json()["results"]
        assert found == [{"id": str(made.id), "text": "Acme Inc."}]


@pytest.mark.parametrize(("path", "budget"), [(ORGANIZATIONS, 4), (MEMBERSHIPS, 5), (INVITATIONS, 4), ("/admin/", 12)])
def test_queries_do_not_follow_the_rows(browser, path, budget):
    # On PostgreSQL a scope costs a statement of its own, and so do its savepoints.
    def fill(count: int) -> None:
        for _ in range(count):
            organization = make_organization()
            add_member(organization.id)
            browser.fill_in(TestInvitations.path, into=organization.id, email=new_address())

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries.captured_queries)

    fill(1)
    few = asked()
    fill(9)
    assert asked() == few
    assert few <= budget + 4 * (connection.vendor == "postgresql")
