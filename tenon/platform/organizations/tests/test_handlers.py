"""What happens to organizations when somebody registers or verifies an address, in that very transaction."""

import pytest

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job_named
from tenon.kernel.tenancy.scopes import organization_scope, self_scope
from tenon.platform.identity import services as identity
from tenon.platform.identity.errors import EmailTaken
from tenon.platform.identity.services import verification
from tenon.platform.identity.tests import magic, outbox
from tenon.platform.identity.tests.factories import PASSWORD, new_address, new_device
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.models import Invitation, Organization
from tenon.platform.organizations.tests.factories import NOW, acting_as, make_organization

pytestmark = pytest.mark.django_db


def register(email="", **fields):
    return identity.register(email=email or new_address(), password=PASSWORD, now=NOW, **fields)


def test_b2b_makes_nothing(settings):
    settings.APP_MODE = "b2b"
    person = register()
    assert selectors.current_organization(user_id=person.id) is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [({"first_name": "Ada", "last_name": "Lovelace", "username": "al"}, "Ada Lovelace"), ({"username": "al"}, "al")],
)
def test_b2c_makes_a_workspace(settings, names, expected):
    settings.APP_MODE = "b2c"
    person = register(**names)
    workspace = selectors.current_organization(user_id=person.id)
    assert (workspace.name, workspace.owner_id, workspace.is_personal) == (f"{expected}’s workspace", person.id, True)


def test_a_workspace_of_a_reclaimed_account_says_nothing_of_whoever_made_it(settings):
    settings.APP_MODE, settings.MAGIC_LINK_VERIFY_URL = "b2c", magic.PAGE
    email = new_address()
    person = register(email, first_name="Mallory", username="mallory")
    before = selectors.current_organization(user_id=person.id)
    letter = magic.mailed(email)
    identity.verify_magic_code(token=letter.secret, device=new_device(), now=NOW)
    workspace = selectors.current_organization(user_id=person.id)
    assert (workspace.id, workspace.name) == (before.id, f"{email.partition('@')[0]}’s workspace")
    assert "mallory" in before.slug
    assert "mallory" not in workspace.slug


def test_a_workspace_goes_with_its_registration(settings):
    settings.APP_MODE = "b2c"
    register("twice@example.com")
    with pytest.raises(EmailTaken):
        register("twice@example.com")
    assert Organization.objects.filter(is_personal=True).count() == 1


def test_the_first_superuser_owns_the_default_organization(settings):
    settings.APP_MODE = "b2c"
    first = identity.create_superuser(email=new_address(), password=PASSWORD, now=NOW)
    identity.create_superuser(email=new_address(), password=PASSWORD, now=NOW)
    made = Organization.objects.get()
    assert (made.slug, made.owner_id) == (settings.DEFAULT_ORGANIZATION, first.id)


def invited(email):
    made = make_organization()
    sent = services.invite(principal=acting_as(made.owner_id, made.id), email=email, role="member", now=clock.now())
    return made, sent


def mine(user_id):
    with self_scope(user_id):
        return [row["id"] for row in selectors.my_invitations(now=clock.now())]


def test_an_invited_address_that_verifies_sees_its_invitation():
    email = new_address()
    _, sent = invited(email)
    person = register(email)
    assert mine(person.id) == []
    verification.send_verification(address=email, now=clock.now())
    secret = outbox.letters()[-1].context["link"].rstrip("/").rpartition("/")[2]
    identity.verify_email(token=secret, now=clock.now())
    assert mine(person.id) == [sent.id]


def test_an_address_that_is_vouched_for_sees_its_invitation_at_once():
    email = new_address()
    _, sent = invited(email)
    assert mine(register(email, verified=True).id) == [sent.id]


def test_the_job_marks_what_has_expired():
    made = make_organization()
    owner = acting_as(made.owner_id, made.id)
    for sent_at in (NOW, clock.now()):
        services.invite(principal=owner, email=new_address(), role="member", now=sent_at)
    job_named("organizations.expire_invitations").run()
    with organization_scope(made.id):
        assert sorted(Invitation.objects.values_list("state", flat=True)) == ["expired", "pending"]
