"""Invitations: who may send them, and that only the invited, verified address can answer them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.tenancy.scopes import organization_scope, self_scope
from tenon.platform.identity.errors import InvalidEmail
from tenon.platform.identity.models import User
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import new_address
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.errors import (
    AlreadyMember,
    BeyondOwnRights,
    ForAnother,
    InvitationClosed,
    UnknownRole,
)
from tenon.platform.organizations.models import Invitation
from tenon.platform.organizations.services import invitations
from tenon.platform.organizations.tests.factories import (
    NOW,
    acting_as,
    add_member,
    add_role,
    make_organization,
    make_user,
    membership,
    words_of_member,
)

pytestmark = pytest.mark.django_db
LATER = NOW + invitations.LIFETIME


@pytest.fixture
def made():
    """An organization."""
    return make_organization()


@pytest.fixture
def owner(made):
    """Its owner, acting."""
    return acting_as(made.owner_id, made.id)


def send(owner, email, *, role="member", now=NOW):
    return services.invite(principal=owner, email=email, role=role, now=now)


def token_of_last_letter() -> str:
    return outbox.letters()[-1].context["link"].partition("#token=")[2]


def state_of(made, invitation) -> str:
    with organization_scope(made.id):
        return Invitation.objects.get(pk=invitation.id).state


def seen_by(user, now=NOW):
    with self_scope(user.id):
        return [row["id"] for row in selectors.my_invitations(now=now)]


def test_an_invited_account_accepts(made, owner):
    person = make_user()
    sent = send(owner, person.email.upper(), role="billing")
    assert (sent.state, sent.role, sent.invited_by_id) == ("pending", "billing", made.owner_id)
    assert seen_by(person) == [sent.id]
    assert services.accept(user_id=person.id, invitation_id=sent.id, now=NOW) == made.id
    assert membership(person, made.id).role == "billing"
    assert (state_of(made, sent), seen_by(person)) == ("accepted", [])
    with pytest.raises(InvitationClosed):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)


def test_the_letter_names_the_organization_and_leads_to_its_answer(made, owner, settings):
    person = make_user()
    send(owner, person.email)
    letter = outbox.letters()[-1]
    assert (letter.template, letter.to, letter.context["organization"]) == ("invitation", person.email, "Acme Inc.")
    assert letter.context["link"].startswith(f"{settings.SITE_URL}/invitation/#token=")
    assert services.accept_by_token(user_id=person.id, token=token_of_last_letter(), now=NOW) == made.id


def test_the_link_leads_to_a_page_of_the_deployments_own(owner, settings):
    settings.INVITATION_URL = "https://app.example.com/join"
    send(owner, new_address())
    assert outbox.letters()[-1].context["link"].startswith("https://app.example.com/join#token=")


@pytest.mark.parametrize("token", ["", "x", ".", f"{UUID(int=7).hex}.secret", "é.é"])
def test_a_token_that_is_not_good_is_not_found(token):
    with pytest.raises(NotFound):
        services.accept_by_token(user_id=make_user().id, token=token, now=NOW)


def test_a_token_is_good_in_its_own_organization_only(made, owner):
    person = make_user()
    send(owner, person.email)
    secret = token_of_last_letter().partition(".")[2]
    for place in (made.id.hex, make_organization().id.hex):
        for guess in (secret + "x", "é") if place == made.id.hex else (secret,):
            with pytest.raises(NotFound):
                services.accept_by_token(user_id=person.id, token=f"{place}.{guess}", now=NOW)


def test_only_the_invited_address_answers(made, owner):
    person, other = make_user(), make_user()
    sent = send(owner, person.email)
    with pytest.raises(ForAnother):
        services.accept_by_token(user_id=other.id, token=token_of_last_letter(), now=NOW)
    for act in (services.accept, services.decline):
        with pytest.raises(NotFound):
            act(user_id=other.id, invitation_id=sent.id, now=NOW)
    assert state_of(made, sent) == "pending"


def test_only_a_verified_address_answers(made, owner):
    person = make_user(is_verified=False)
    sent = send(owner, person.email)
    assert seen_by(person) == []
    with pytest.raises(ForAnother):
        services.accept_by_token(user_id=person.id, token=token_of_last_letter(), now=NOW)
    User.objects.filter(pk=person.pk).update(is_verified=True)
    services.claim(user_id=person.id)
    assert seen_by(person) == [sent.id]
    services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)


def test_an_address_that_was_given_up_answers_no_more(made, owner):
    person = make_user()
    sent = send(owner, person.email)
    person.email = new_address()
    person.save(update_fields=["email"])
    with pytest.raises(ForAnother):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)


def test_a_claim_without_a_verified_address_shows_nothing(owner):
    person = make_user(is_verified=False)
    send(owner, person.email)
    services.claim(user_id=person.id)
    assert seen_by(person) == []


def test_an_invitation_is_declined(made, owner):
    person = make_user()
    sent = send(owner, person.email)
    services.decline(user_id=person.id, invitation_id=sent.id, now=NOW)
    assert (state_of(made, sent), membership(person, made.id)) == ("declined", None)
    with pytest.raises(InvitationClosed):
        services.decline(user_id=person.id, invitation_id=sent.id, now=NOW)


def test_another_one_replaces_what_waits(made, owner):
    person = make_user()
    first = send(owner, person.email)
    token = token_of_last_letter()
    second = send(owner, f" {person.email} ", role="billing")
    assert (state_of(made, first), state_of(made, second)) == ("revoked", "pending")
    with pytest.raises(InvitationClosed):
        services.accept_by_token(user_id=person.id, token=token, now=NOW)
    assert seen_by(person) == [second.id]


def test_an_invitation_is_revoked(made, owner):
    person = make_user()
    sent = send(owner, person.email)
    services.revoke_invitation(principal=owner, invitation_id=sent.id)
    with pytest.raises(InvitationClosed):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)
    with pytest.raises(InvitationClosed):
        services.revoke_invitation(principal=owner, invitation_id=sent.id)
    with pytest.raises(NotFound):
        services.revoke_invitation(principal=owner, invitation_id=uuid4())
    assert outbox.events()[-1][1]["state"] == "revoked"


def test_an_invitation_expires_after_a_week(made, owner):
    person = make_user()
    sent = send(owner, person.email)
    with pytest.raises(InvitationClosed):
        services.accept(user_id=person.id, invitation_id=sent.id, now=LATER)
    assert seen_by(person, now=LATER) == []
    assert services.expire(now=LATER - timedelta(seconds=1)) == 0
    assert services.expire(now=LATER) == 1
    assert state_of(made, sent) == "expired"
    with pytest.raises(InvitationClosed):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)


def test_members_are_not_invited(made, owner):
    person = add_member(made.id)
    with pytest.raises(AlreadyMember):
        send(owner, person.email)


def test_who_joined_meanwhile_does_not_join_twice(made, owner):
    person = make_user()
    sent = send(owner, person.email)
    add_member(made.id, person)
    with pytest.raises(AlreadyMember):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)
    assert state_of(made, sent) == "pending"


def test_who_may_invite_whom(made, owner):
    add_role(made.id, "greeter", "members:invite", *words_of_member())
    greeter = acting_as(add_member(made.id, role="greeter"), made.id)
    assert send(greeter, new_address(), role="member").role == "member"
    with pytest.raises(BeyondOwnRights):
        send(greeter, new_address(), role="admin")
    with pytest.raises(UnknownRole):
        send(owner, new_address(), role="owner")
    with pytest.raises(InvalidEmail):
        send(owner, "nobody", role="member")
    member = acting_as(add_member(made.id), made.id)
    with pytest.raises(Forbidden):
        send(member, new_address())
    with pytest.raises(Forbidden):
        services.revoke_invitation(principal=member, invitation_id=uuid4())


def test_nobody_takes_back_an_invitation_with_more_than_they_have(made, owner):
    add_role(made.id, "greeter", "members:invite", *words_of_member())
    greeter = acting_as(add_member(made.id, role="greeter"), made.id)
    email = new_address()
    sent = send(owner, email, role="admin")
    with pytest.raises(BeyondOwnRights):
        services.revoke_invitation(principal=greeter, invitation_id=sent.id)
    with pytest.raises(BeyondOwnRights):
        send(greeter, email, role="member")
    assert state_of(made, sent) == "pending"


def test_what_holders_of_a_role_sent_is_withdrawn_when_it_loses_a_word(made, owner):
    add_role(made.id, "greeter", "members:invite", *words_of_member())
    by_role, by_grant = add_member(made.id, role="greeter"), add_member(made.id, grants=["greeter"])
    admin = add_member(made.id, role="admin", grants=["greeter"])
    sent = [send(acting_as(person, made.id), new_address()) for person in (by_role, by_grant, admin)]
    services.update_role(principal=owner, name="greeter", changes={"description": "At the door"})
    assert {state_of(made, each) for each in sent} == {"pending"}
    services.update_role(principal=owner, name="greeter", changes={"permissions": words_of_member()})
    assert [state_of(made, each) for each in sent] == ["revoked", "revoked", "pending"]


def test_invitations_of_a_closed_organization_are_gone(made, owner):
    person = make_user()
    sent = send(owner, person.email)
    services.close(principal=owner, name=made.name, now=NOW)
    assert seen_by(person) == []
    with pytest.raises(NotFound):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)


@pytest.mark.parametrize(
    "ends",
    [
        lambda made, admin, owner: services.leave(principal=admin),
        lambda made, admin, owner: services.remove_member(principal=owner, user_id=admin.id),
        lambda made, admin, owner: services.change_role(principal=owner, user_id=admin.id, role="member"),
    ],
    ids=["leaves", "is_removed", "is_demoted"],
)
def test_what_an_admin_sent_does_not_outlast_their_rights(made, owner, ends):
    person = make_user()
    admin = acting_as(add_member(made.id, role="admin"), made.id)
    sent = send(admin, person.email, role="admin")
    kept = send(owner, new_address())
    ends(made, admin, owner)
    with pytest.raises(InvitationClosed):
        services.accept(user_id=person.id, invitation_id=sent.id, now=NOW)
    assert (state_of(made, sent), state_of(made, kept)) == ("revoked", "pending")


def test_what_somebody_sent_stays_good_while_they_are_an_admin(made, owner):
    person, colleague = make_user(), add_member(made.id, role="admin")
    sent = send(acting_as(colleague, made.id), person.email)
    services.change_grants(principal=owner, user_id=colleague.id, grants=["billing"])
    assert services.accept(user_id=person.id, invitation_id=sent.id, now=NOW) == made.id
