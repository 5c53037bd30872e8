"""A person is forgotten: asked for, cancelled, and done, without a trace of a name, an address or a device."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, transaction

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.outbox.relay import drain
from tenon.kernel.personal_data import erasing
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import services as audit
from tenon.platform.audit.selectors.verification import chains, verify
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import accounts, erasure, magic_codes
from tenon.platform.identity.tests.factories import NOW, PASSWORD, make_user, new_device, start_session
from tenon.platform.identity.tests.outbox import event_names, letters
from tenon.platform.notifications.policies import own
from tenon.platform.notifications.services import notify
from tenon.platform.organizations import services
from tenon.platform.organizations.models import Invitation, Membership, Organization
from tenon.platform.organizations.services import erasure as leaving
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization, membership
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"
LATER = timedelta(days=31)
CANARY = "Xylocanary"


def browser(user: User, *, device: str = "a browser") -> Api:
    """The person, having signed in some time ago."""
    return Api(token=start_session(user, now=clock.now() - timedelta(minutes=12)).access, device=device)


def everything() -> str:
    """All rows of all tables, as text."""
    found = []
    with system_scope(reason="a test looks at everything", read_only=True), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def lines_with(text: str) -> list[str]:
    return [line for line in everything().splitlines() if text.lower() in line.lower()]


def erase(user: User) -> None:
    """What the jobs do when the time is up."""
    now = clock.now() + LATER
    assert user.pk in erasure.due(now=now)
    assert erasure.begin_erasure(user_id=user.pk, now=now)
    erasing.erase(user_id=user.pk, now=now)


def test_asking_needs_the_password_or_a_sign_in_of_just_now():
    user = make_user()
    api = browser(user)
    assert (api.delete(ME).status_code, api.delete(ME).json()["code"]) == (403, "proof_required")
    wrong = api.request("DELETE", ME, {"password": "wrong-one-7"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_password")
    asked = api.request("DELETE", ME, {"password": PASSWORD})
    assert asked.status_code == 202
    assert asked.json()["data"]["erases_at"] > clock.rfc3339(clock.now() + timedelta(days=29))
    assert api.get(ME).status_code == 401
    assert Api(token=start_session(make_user(), now=clock.now()).access).delete(ME).status_code == 202


def test_asking_signs_out_everywhere_and_tells_the_person():
    user = make_user(first_name="Ada")
    browser(user)
    erasure.request_erasure(user_id=user.pk, now=NOW)
    assert erasure.request_erasure(user_id=user.pk, now=NOW + LATER) == NOW + timedelta(days=30)
    assert not Session.objects.live(clock.now()).filter(user=user).exists()
    assert [(letter.template, letter.to) for letter in letters()] == [("erasure_requested", user.email)]


def test_signing_in_again_cancels_it():
    user = make_user()
    erasure.request_erasure(user_id=user.pk, now=clock.now())
    assert Api().post("/api/v1/auth/login/", {"email": user.email, "password": PASSWORD}).status_code == 200
    assert erasure.due(now=clock.now() + LATER) == []
    assert not erasure.begin_erasure(user_id=user.pk, now=clock.now() + LATER)
    assert [letter.template for letter in letters()] == ["erasure_requested", "erasure_cancelled"]
    assert "identity.erasure_cancelled" in event_names()


def test_an_owner_of_others_is_refused():
    owner = make_user()
    organization = make_organization(owner)
    add_member(organization.id)
    make_organization(owner, name="Mine alone")
    answer = browser(owner).request("DELETE", ME, {"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "still_owner")
    assert answer.json()["organizations"] == [{"id": str(organization.id), "name": organization.name}]


def test_the_jobs_erase_whose_time_is_up(settings):
    settings.ERASURE_GRACE_DAYS = 0
    user, other = make_user(), make_user()
    erasure.request_erasure(user_id=user.pk, now=clock.now())
    from tenon.platform.identity.tasks import erase_due

    erase_due()
    drain()
    assert User.objects.get(pk=user.pk).erased_at is not None
    assert User.objects.get(pk=other.pk).erased_at is None


def test_what_others_still_need_goes_to_them():
    owner, organization = (made := make_user()), make_organization(made)
    first, admin = add_member(organization.id), add_member(organization.id, role="admin")
    erasure.request_erasure(user_id=owner.pk, now=clock.now())
    erase(owner)
    assert Organization.objects.get(pk=organization.id).owner_id == admin.pk
    assert membership(first, organization.id) is not None
    assert membership(owner, organization.id) is None


def test_it_goes_to_somebody_who_can_sign_in():
    owner, organization = (made := make_user()), make_organization(made)
    disabled, member = add_member(organization.id, role="admin"), add_member(organization.id)
    accounts.disable_user(user_id=disabled.pk, now=NOW)
    erasure.request_erasure(user_id=owner.pk, now=clock.now())
    erase(owner)
    assert Organization.objects.get(pk=organization.id).owner_id == member.pk


def test_what_becomes_theirs_at_the_last_moment_goes_on_to_somebody_else(monkeypatch):
    heir, first = make_user(), make_user()
    made = sorted((make_organization(first) for _ in range(2)), key=lambda each: each.id)
    for organization in made:
        add_member(organization.id, heir, role="admin")

    def hand_over(event):
        """Meanwhile somebody else, who is erased as well, has left the second one to the person."""
        if event.organization_id == made[0].id:
            Organization.objects.filter(pk=made[1].id).update(owner=heir)
        tell(event)

    tell = leaving.tell
    monkeypatch.setattr(leaving, "tell", hand_over)
    erasure.request_erasure(user_id=heir.pk, now=clock.now())
    erase(heir)
    assert Organization.objects.get(pk=made[1].id).owner_id == first.pk
    assert membership(heir, made[1].id) is None


def test_whoever_is_being_erased_is_not_enabled_any_more():
    user = make_user()
    erasure.request_erasure(user_id=user.pk, now=clock.now())
    accounts.disable_user(user_id=user.pk, now=NOW)
    accounts.enable_user(user_id=user.pk, now=clock.now())
    assert erasure.begin_erasure(user_id=user.pk, now=clock.now() + LATER)
    for _ in range(2):
        with pytest.raises(NotFound):
            accounts.enable_user(user_id=user.pk, now=clock.now() + LATER)
        erasing.erase(user_id=user.pk, now=clock.now() + LATER)


def test_what_was_theirs_alone_is_closed():
    owner = make_user()
    organization = make_organization(owner)
    erasure.request_erasure(user_id=owner.pk, now=clock.now())
    erase(owner)
    assert Organization.objects.get(pk=organization.id).closed_at is not None
    with system_scope(reason="a test looks", read_only=True):
        assert not Membership.objects.filter(user=owner).exists()


@pytest.fixture
def canary(settings) -> User:
    """Somebody with an unusual name, address and device, who has left traces wherever people do."""
    settings.APP_MODE = "b2c"
    settings.MAGIC_LINK_VERIFY_URL = "https://app.example.com/magic"
    email = f"{CANARY}@example.com"
    api = Api(device=f"{CANARY}Browser/9")
    host, house = (made := make_user()), make_organization(made)
    services.invite(principal=acting_as(host, house.id), email=email, role="member", now=clock.now())
    body = {"email": email, "password": PASSWORD, "first_name": CANARY, "last_name": f"de {CANARY}"}
    assert api.post("/api/v1/auth/register/", body).status_code == 201
    user = User.objects.get(email=email)
    User.objects.filter(pk=user.pk).update(
        is_verified=True, phone_number=f"+1 {CANARY}", avatar_url=f"https://x/{CANARY}"
    )
    magic_codes.request_magic_code(email=email, device=new_device(), now=clock.now())
    with system_scope(reason="a test looks"):
        invitation = Invitation.objects.get(email=email)
        Invitation.objects.filter(pk=invitation.pk).update(invitee=user.pk)
    services.accept(user_id=user.pk, invitation_id=invitation.pk, now=clock.now())
    staff = make_user(is_staff=True)
    for row in (user, Organization(pk=user.pk, name=f"{CANARY}'s")):
        LogEntry.objects.log_actions(staff.pk, [row], CHANGE, f"Changed {email}", single_object=True)
    signed_in = api.post("/api/v1/auth/login/", {"email": email, "password": PASSWORD}).json()
    assert api.post("/api/v1/auth/login/", {"email": email, "password": "wrong-one-7"}).status_code == 401
    api.token = signed_in["access"]
    assert api.request("PATCH", ME, {"username": f"{CANARY}42"}).status_code == 200
    answer = api.request("DELETE", ME, {"password": PASSWORD})
    assert answer.status_code == 202, answer.content
    user.ip = api.address
    return user


def test_nothing_is_left_of_a_person_but_an_id(canary: User):
    drain()
    audit.seal()
    assert lines_with(CANARY) != []
    erase(canary)
    drain()
    assert lines_with(CANARY) == []
    assert [line for line in lines_with(canary.ip) if "limits_" not in line] == []
    tombstone = User.objects.get(pk=canary.pk)
    assert (tombstone.email, tombstone.is_active, tombstone.has_usable_password()) == (
        f"{canary.pk}@erased.invalid",
        False,
        False,
    )
    audit.seal()
    assert [found.fault for found in map(verify, chains())] == [None] * len(chains())


def test_a_workspace_that_goes_on_has_the_name_of_its_heir():
    owner, heir = make_user(first_name=CANARY), make_user(first_name="Grace")
    workspace = services.create_personal(user=identity.user_facts(user_id=owner.pk), now=NOW)
    add_member(workspace.id, heir)
    with system_scope(reason="a test tells"):
        notify(
            recipient_ids=[heir.pk],
            kind=own.INVITED,
            values={"organization": workspace.name},
            organization_id=workspace.id,
        )
    drain()
    assert any(line.startswith("notifications_") for line in lines_with(CANARY))
    erasure.request_erasure(user_id=owner.pk, now=clock.now())
    erase(owner)
    drain()
    assert lines_with(CANARY) == []
    assert Organization.objects.get(pk=workspace.id).owner_id == heir.pk
    assert "Grace" in Organization.objects.get(pk=workspace.id).name


def test_being_erased_twice_is_being_erased_once(canary: User):
    erase(canary)
    erasing.erase(user_id=canary.pk, now=clock.now() + LATER)
    assert event_names().count("identity.user_erased") == 1
    assert letters()[-1].template == "erasure_done"


def test_the_copy_has_what_is_held_and_no_secrets():
    user = make_user(first_name="Ada")
    organization = make_organization(user)
    api = browser(user, device="Ada's phone")
    api.request("PATCH", ME, {"username": "ada"})
    answer = api.get(f"{ME}export/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    held = answer.json()["holdings"]
    assert held["identity"]["account"]["email"] == user.email
    assert len(held["identity"]["sessions"]) == 1
    assert [each["organization__name"] for each in held["organizations"]["memberships"]] == [organization.name]
    assert "identity:user:profile_updated" in [each["action"] for each in held["audit"]]
    assert user.password not in answer.content.decode()
    assert "digest" not in answer.content.decode()


def test_dead_letters_to_the_person_are_gone(canary: User):
    with transaction.atomic():
        for address in (canary.email.upper(), "bob@example.com"):
            enqueue("identity.send_password_reset", {"address": address}, secret=True)
    dead = Entry.objects.filter(name="identity.send_password_reset")
    dead.update(dead_at=NOW, available_at=None, queue=None)
    erase(canary)
    assert dead.count() == 1
