"""Making, changing, handing over and closing organizations."""

from uuid import UUID, uuid4

import pytest

from tenon.kernel.errors import Forbidden, NotFound, PreconditionFailed
from tenon.kernel.principal import SYSTEM, Principal, PrincipalKind
from tenon.platform.identity.errors import InvalidName
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.errors import (
    DefaultStays,
    InvalidSlug,
    OrganizationRequired,
    SlugTaken,
    UnfitOwner,
    WrongName,
)
from tenon.platform.organizations.models import Organization
from tenon.platform.organizations.tests.factories import (
    NOW,
    acting_as,
    add_member,
    make_organization,
    make_user,
    membership,
)

pytestmark = pytest.mark.django_db


def test_whoever_makes_an_organization_owns_it_as_an_admin():
    owner = make_user()
    made = make_organization(owner, name="Acme, Inc.", timezone="Europe/Berlin")
    assert (made.owner_id, made.timezone, made.is_personal) == (owner.id, "Europe/Berlin", False)
    assert made.slug.startswith("acme-inc-")
    assert membership(owner, made.id).role == "admin"
    assert {"organizations.created", "organizations.member_joined"} <= set(outbox.event_names())


@pytest.mark.parametrize("name", ["Bank\nBcc: x@example.com", "A\x07larm", "Acme \u202egnihsihp"])
def test_a_name_is_one_line_that_reads_one_way(name):
    with pytest.raises(InvalidName):
        make_organization(name=name)
    made = make_organization()
    with pytest.raises(InvalidName):
        services.update(principal=acting_as(made.owner_id, made.id), changes={"name": name})


def test_a_slug_of_ones_own():
    assert make_organization(slug="acme").slug == "acme"
    with pytest.raises(SlugTaken) as refusal:
        make_organization(slug="acme")
    assert [fault.pointer for fault in refusal.value.errors] == ["/slug"]


def test_the_slug_of_the_deployment_is_its_own(settings):
    with pytest.raises(SlugTaken):
        make_organization(slug=settings.DEFAULT_ORGANIZATION)
    made = make_organization()
    with pytest.raises(SlugTaken):
        services.update(principal=acting_as(made.owner_id, made.id), changes={"slug": settings.DEFAULT_ORGANIZATION})


@pytest.mark.parametrize("slug", ["Acme", "acme inc", "-acme", "acme--inc", "ac/me", str(UUID(int=7))])
def test_a_slug_is_words_joined_by_hyphens_and_no_id(slug):
    with pytest.raises(InvalidSlug):
        make_organization(slug=slug)
    made = make_organization()
    with pytest.raises(InvalidSlug):
        services.update(principal=acting_as(made.owner_id, made.id), changes={"slug": slug})


@pytest.mark.parametrize("flaw", [{"is_active": False}, {"is_verified": False}])
def test_an_owner_can_sign_in(flaw, settings):
    settings.VERIFY_EMAIL_REQUIRED = True
    made, person = make_organization(), make_user(**flaw)
    add_member(made.id, person)
    with pytest.raises(UnfitOwner):
        services.transfer_ownership(principal=acting_as(made.owner_id, made.id), user_id=person.id)
    with pytest.raises(UnfitOwner):
        make_organization(person)
    settings.VERIFY_EMAIL_REQUIRED = False
    if person.is_active:
        services.transfer_ownership(principal=acting_as(made.owner_id, made.id), user_id=person.id)


def test_a_name_without_latin_letters_makes_a_slug_too():
    assert make_organization(name="株式会社").slug.startswith("organization-")


def test_changes_are_told_with_their_fields():
    made = make_organization(settings={"other": 1})
    changed = services.update(
        principal=acting_as(made.owner_id, made.id),
        changes={"name": "Acme GmbH", "country": "DE", "timezone": "UTC", "settings": {"require_two_factor": True}},
    )
    assert (changed.name, changed.country, changed.version) == ("Acme GmbH", "DE", made.version + 1)
    assert changed.settings == {"other": 1, "require_two_factor": True}
    name, payload = outbox.events()[-1]
    assert (name, payload["fields"]) == ("organizations.updated", ["country", "name", "settings"])


def test_what_changes_nothing_is_not_told():
    made = make_organization()
    before = outbox.events()
    again = services.update(principal=acting_as(made.owner_id, made.id), changes={"name": made.name})
    assert again == selectors.organization_facts(organization_id=made.id)
    assert outbox.events() == before


def test_a_taken_slug_is_refused_in_a_change():
    make_organization(slug="first")
    made = make_organization(slug="second")
    with pytest.raises(SlugTaken):
        services.update(principal=acting_as(made.owner_id, made.id), changes={"slug": "first"})
    assert Organization.objects.get(pk=made.id).slug == "second"


def test_a_precondition_stops_a_change():
    def refuse(facts):
        assert facts.id == made.id
        raise PreconditionFailed

    made = make_organization()
    with pytest.raises(PreconditionFailed):
        services.update(principal=acting_as(made.owner_id, made.id), changes={"name": "x"}, precondition=refuse)
    assert Organization.objects.get(pk=made.id).name == made.name


def test_a_member_changes_nothing():
    made = make_organization()
    member = acting_as(add_member(made.id), made.id)
    with pytest.raises(Forbidden):
        services.update(principal=member, changes={"name": "Mine"})
    with pytest.raises(Forbidden):
        services.transfer_ownership(principal=member, user_id=member.id)
    with pytest.raises(Forbidden):
        services.close(principal=member, name=made.name, now=NOW)


def test_what_a_request_found_out_before_its_turn_counts_no_more():
    made = make_organization()
    admin = add_member(made.id, role="admin")
    before = acting_as(admin, made.id)
    services.change_role(principal=acting_as(made.owner_id, made.id), user_id=admin.id, role="member")
    with pytest.raises(Forbidden):
        services.update(principal=before, changes={"name": "Mine"})
    services.remove_member(principal=acting_as(made.owner_id, made.id), user_id=admin.id)
    with pytest.raises(NotFound):
        services.update(principal=before, changes={"name": "Mine"})


def test_the_system_and_a_key_act_by_what_they_are():
    made = make_organization()
    system = Principal(SYSTEM.kind, organization_id=made.id)
    assert services.update(principal=system, changes={"name": "By the portal"}).name == "By the portal"
    key = Principal(PrincipalKind.API_KEY, uuid4(), organization_id=made.id)
    with pytest.raises(Forbidden):
        services.update(principal=key, changes={"name": "By a key"})


def test_a_transfer_makes_another_member_the_owner():
    owner = make_user()
    made = make_organization(owner)
    heir = add_member(made.id, grants=["billing"])
    after = services.transfer_ownership(principal=acting_as(owner, made.id), user_id=heir.id)
    assert after.owner_id == heir.id
    assert [membership(person, made.id).role for person in (owner, heir)] == ["admin", "admin"]
    assert membership(heir, made.id).grants == ["billing"]
    with pytest.raises(Forbidden):
        services.transfer_ownership(principal=acting_as(owner, made.id), user_id=owner.id)
    assert "organizations.ownership_transferred" in outbox.event_names()


def test_a_transfer_needs_a_member():
    made = make_organization()
    owner = acting_as(made.owner_id, made.id)
    with pytest.raises(NotFound):
        services.transfer_ownership(principal=owner, user_id=make_user().id)
    before = outbox.event_names()
    assert services.transfer_ownership(principal=owner, user_id=owner.id).owner_id == owner.id
    assert outbox.event_names() == before


def test_an_organization_is_closed_by_its_name_and_gone_for_all():
    made = make_organization(name="Acme")
    member = add_member(made.id)
    owner = acting_as(made.owner_id, made.id)
    with pytest.raises(WrongName) as refusal:
        services.close(principal=owner, name="acme", now=NOW)
    assert refusal.value.errors[0].pointer == "/name"
    sent = services.invite(principal=owner, email="new@example.com", role="member", now=NOW)
    services.close(principal=owner, name=" Acme ", now=NOW)
    for person in (owner.id, member.id):
        with pytest.raises(NotFound):
            acting_as(person, made.id)
        assert selectors.current_organization(user_id=person) is None
    with pytest.raises(NotFound):
        selectors.organization_facts(organization_id=made.id)
    with pytest.raises(NotFound):
        services.revoke_invitation(principal=owner, invitation_id=sent.id)
    assert outbox.event_names()[-1] == "organizations.closed"


class TestTheDefaultOrganization:
    def test_is_made_once_and_stays(self, settings):
        first, second = make_user(), make_user()
        services.create_default(owner_id=first.id, now=NOW)
        services.create_default(owner_id=second.id, now=NOW)
        made = Organization.objects.get(slug=settings.DEFAULT_ORGANIZATION)
        assert (made.owner_id, made.name) == (first.id, settings.SITE_NAME)
        principal = acting_as(first, made.id)
        with pytest.raises(DefaultStays):
            services.close(principal=principal, name=made.name, now=NOW)
        with pytest.raises(DefaultStays):
            services.update(principal=principal, changes={"slug": "another"})


class TestInWhichOneARequestActs:
    def test_by_id_or_slug_where_a_member(self):
        person = make_user()
        one, other = make_organization(person, slug="one"), make_organization(slug="other")
        principal = Principal(PrincipalKind.USER, person.id)
        assert selectors.acting(principal, "one").organization_id == one.id
        assert selectors.acting(principal, str(one.id)).organization_id == one.id
        for reference in ("other", str(other.id), str(uuid4()), "nowhere"):
            with pytest.raises(NotFound):
                selectors.acting(principal, reference)

    def test_the_only_one_without_being_chosen(self):
        made = make_organization()
        person = add_member(made.id)
        principal = Principal(PrincipalKind.USER, person.id)
        assert selectors.acting(principal).organization_id == made.id
        assert selectors.current_organization(user_id=person.id).id == made.id
        add_member(make_organization().id, person)
        with pytest.raises(OrganizationRequired):
            selectors.acting(principal)
        assert selectors.current_organization(user_id=person.id) is None

    def test_the_one_switched_to_last(self):
        person = make_user()
        one, two = make_organization(person), make_organization(person)
        services.switch(principal=acting_as(person, one.id), now=NOW.replace(year=2027))
        assert selectors.current_organization(user_id=person.id).id == one.id
        services.switch(principal=acting_as(person, two.id), now=NOW.replace(year=2028))
        assert selectors.current_organization(user_id=person.id).id == two.id

    def test_none_without_any(self):
        person = make_user()
        assert selectors.current_organization(user_id=person.id) is None
        with pytest.raises(OrganizationRequired):
            selectors.acting(Principal(PrincipalKind.USER, person.id))
