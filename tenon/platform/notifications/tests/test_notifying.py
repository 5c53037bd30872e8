"""Who is told what, over which channel, and that it happens once."""

import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.kernel.outbox.errors import NotInTransaction
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.registry import job_named
from tenon.platform.identity import services as identity
from tenon.platform.identity.services import Device
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import PASSWORD, new_address, start_session
from tenon.platform.notifications import policies, selectors, services
from tenon.platform.notifications.engines import targets, unsubscribing
from tenon.platform.notifications.errors import InvalidTarget
from tenon.platform.notifications.models import Announcement, Mailbox, Notification
from tenon.platform.notifications.policies import Channel, own
from tenon.platform.notifications.policies.types import DuplicateType, MalformedType, chosen, register
from tenon.platform.notifications.services import announcements, retention
from tenon.platform.notifications.services.preferences import Change, change_preferences
from tenon.platform.notifications.tests.factories import NOW, make_device, make_user, tell
from tenon.platform.organizations import services as organizations
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization

pytestmark = pytest.mark.django_db


def notify(*people, kind=own.ANNOUNCEMENT, **options):
    with transaction.atomic():
        services.notify(recipient_ids=[person.id for person in people], kind=kind, **options)
    relay.drain()


def told(person) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(recipient=person).order_by("position")
    return list(rows.values_list("type", "message"))


def test_each_person_gets_a_copy_with_the_next_position():
    ada, grace = make_user(), make_user()
    notify(ada, grace, values={"text": "one"})
    notify(ada, ada, values={"text": "two"}, target_url="/somewhere/")
    assert told(ada) == [("notifications.announcement", "one"), ("notifications.announcement", "two")]
    assert told(grace) == [("notifications.announcement", "one")]
    assert list(Notification.objects.filter(recipient=ada).values_list("position", flat=True).order_by("position")) == [
        1,
        2,
    ]
    assert Mailbox.objects.get(pk=ada.pk).last_position == 2
    assert selectors.last_positions([ada.id, grace.id, make_user().id]) == {ada.id: 2, grace.id: 1}


def test_it_is_part_of_the_change():
    ada = make_user()
    with transaction.atomic():
        services.notify(recipient_ids=[ada.id], kind=own.ANNOUNCEMENT, values={"text": "never"})
        transaction.set_rollback(True)
    relay.drain()
    assert told(ada) == []
    with pytest.raises(NotInTransaction):
        services.notify(recipient_ids=[ada.id], kind=own.ANNOUNCEMENT, values={"text": "never"})


def test_what_is_queued_is_sealed():
    ada = make_user()
    with transaction.atomic():
        services.notify(recipient_ids=[ada.id], kind=own.ANNOUNCEMENT, values={"text": "between us"})
    assert "between us" not in str(list(Entry.objects.values_list("payload", flat=True)))


def test_mistakes_are_told_at_once():
    ada = make_user()
    with transaction.atomic():
        with pytest.raises(KeyError):
            services.notify(recipient_ids=[ada.id], kind=own.ROLE_CHANGED, values={})
        with pytest.raises(ValueError, match="members only"):
            services.notify(
                recipient_ids=[ada.id], kind=own.ROLE_CHANGED, values={"organization": "Acme", "role": "admin"}
            )
        with pytest.raises(InvalidTarget):
            services.notify(
                recipient_ids=[ada.id], kind=own.ANNOUNCEMENT, values={"text": "x"}, target_url="javascript:alert(1)"
            )


@pytest.mark.parametrize(
    ("target", "good"),
    [
        ("", True),
        ("/orders/7?a=b#c", True),
        ("https://example.com/x", True),
        ("http://[::1]:8000/", True),
        ("//evil.example.com", False),
        ("/\\evil.example.com", False),
        ("/a b", False),
        ("/a\tb", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("http://[", False),
        ("orders/7", False),
        (f"/{'x' * 500}", False),
    ],
)
def test_targets_lead_nowhere_that_runs(target, good):
    if good:
        targets.require_target(target)
    else:
        with pytest.raises(InvalidTarget):
            targets.require_target(target)
    assert targets.absolute("/x", site_url="https://api.example.com") == "https://api.example.com/x"


def test_disabled_accounts_and_unknown_types_are_passed_over():
    gone = make_user(is_active=False)
    notify(gone, values={"text": "hello"})
    assert told(gone) == []
    with transaction.atomic():
        assert (
            services.deliver(
                recipient_ids=[make_user().id],
                type_name="no.longer",
                values={},
                target_url="",
                organization_id=None,
                now=NOW,
            )
            == 0
        )


def test_members_only_is_for_members():
    owner, stranger = make_user(), make_user()
    acme = make_organization(owner)
    values = {"organization": "Acme", "role": "admin"}
    notify(owner, stranger, kind=own.ROLE_CHANGED, values=values, organization_id=acme.id)
    assert told(owner) == [("organizations.role_changed", "Your role in Acme is now admin.")]
    assert told(stranger) == []


def test_mails_go_to_verified_addresses_with_a_way_out(settings):
    settings.SITE_URL = "https://api.example.com"
    owner, unverified = make_user(), make_user(is_verified=False)
    acme = make_organization(owner)
    add_member(acme.id, unverified)
    values = {"organization": "Acme", "role": "admin"}
    notify_only_queue(owner, unverified, kind=own.ROLE_CHANGED, values=values, organization_id=acme.id)
    mails = [mail for mail in outbox.jobs("mail.deliver") if mail["template"] == "notification"]
    assert [mail["to"] for mail in mails] == [owner.email]
    secret = mails[0]["unsubscribe_url"].removeprefix("https://api.example.com/unsubscribe/").rstrip("/")
    assert unsubscribing.decode(secret) == unsubscribing.Unsubscription(owner.id, "organizations.role_changed")
    assert mails[0]["context"]["unsubscribe_url"] == f"https://api.example.com/unsubscribe/#token={secret}"
    assert mails[0]["context"]["message"] == "Your role in Acme is now admin."


def notify_only_queue(*people, kind, values, organization_id=None):
    """As the relay writes it; mails stay in the outbox."""
    with transaction.atomic():
        services.deliver(
            recipient_ids=[person.id for person in people],
            type_name=kind.name,
            values=values,
            target_url="",
            organization_id=organization_id,
            now=NOW,
        )


def test_what_is_required_has_no_way_out():
    ada = make_user()
    notify_only_queue(ada, kind=own.NEW_DEVICE, values={"device": "a phone", "address": "192.0.2.7"})
    assert [mail.get("unsubscribe_url") for mail in outbox.jobs("mail.deliver")] == [None]


def test_everybody_gets_what_they_chose():
    ada = make_user()
    assert chosen(own.ANNOUNCEMENT, {}) == {Channel.IN_APP}
    assert chosen(own.ANNOUNCEMENT, {"in_app": False, "email": True}) == {Channel.EMAIL}
    assert chosen(own.NEW_DEVICE, {"in_app": False}) == set(Channel)
    change_preferences(
        user_id=ada.id,
        changes=[Change(own.ANNOUNCEMENT.name, "in_app", enabled=False), Change(own.ANNOUNCEMENT.name, "email", True)],
    )
    notify_only_queue(ada, kind=own.ANNOUNCEMENT, values={"text": "hello"})
    assert told(ada) == []
    assert [mail["to"] for mail in outbox.jobs("mail.deliver")] == [ada.email]


def test_types_are_declared_once_and_well(monkeypatch):
    monkeypatch.setattr("tenon.platform.notifications.policies.types._declared", {})
    kind = register("a.b", title="t", message="m", channels=[Channel.IN_APP])
    assert policies.find("a.b") is kind
    assert policies.declared() == [kind]
    with pytest.raises(DuplicateType):
        register("a.b", title="t", message="m")
    with pytest.raises(MalformedType):
        register("Ab", title="t", message="m")
    with pytest.raises(MalformedType):
        register("a.c", title="t", message="m", channels=[Channel.IN_APP], default=[Channel.EMAIL])


def test_a_job_that_is_run_twice_tells_once():
    ada = make_user()
    with transaction.atomic():
        services.notify(recipient_ids=[ada.id], kind=own.ANNOUNCEMENT, values={"text": "once"})
    relay.drain()
    Entry.objects.filter(name="notifications.deliver").update(delivered_at=None, available_at=clock.now())
    assert job_named("notifications.deliver").atomic
    assert told(ada) == [("notifications.announcement", "once")]


def test_a_new_device_is_told_of_and_a_known_one_is_not():
    ada = make_user()
    start_session(ada, device=Device(user_agent="Firefox/130.0 on Linux", ip="192.0.2.7"))
    start_session(ada, device=Device(user_agent="Firefox/131.0 on Linux", ip="192.0.2.8"))
    relay.drain()
    assert told(ada) == []
    start_session(ada, device=Device(user_agent="curl/8.0", ip="192.0.2.9"))
    relay.drain()
    assert told(ada) == [
        (
            "identity.new_device",
            "Somebody signed in to your account on curl/8.0 from 192.0.2.9. If this was not you, end the session.",
        )
    ]


def test_a_changed_password_is_told_of():
    ada = make_user()
    started = start_session(ada, now=clock.now())
    identity.change_password(
        user_id=ada.id,
        session_id=started.session_id,
        current_password=PASSWORD,
        new_password="another-horse-battery-7",
        now=clock.now(),
    )
    relay.drain()
    assert [name for name, _ in told(ada)] == ["identity.password_changed"]


def test_signing_out_ends_the_pushes_of_that_device():
    ada = make_user()
    one, other = start_session(ada, now=clock.now()), start_session(ada, now=clock.now())
    mine, kept = make_device(ada, session_id=one.session_id), make_device(ada, session_id=other.session_id)
    identity.sign_out(session_id=one.session_id, now=clock.now())
    relay.drain()
    assert [row["id"] for row in selectors.devices_of(user_id=ada.id)] == [kept.pk]
    assert mine.pk != kept.pk


def test_a_day_in_an_organization():
    owner, grace = make_user(first_name="Ada"), make_user(first_name="Grace", last_name="Hopper")
    acme = make_organization(owner, name="Acme")
    admin = acting_as(owner, acme.id)
    sent = organizations.invite(principal=admin, email=grace.email, role="member", now=clock.now())
    relay.drain()
    assert told(grace) == [("organizations.invited", "You were invited to join Acme.")]
    organizations.accept(user_id=grace.id, invitation_id=sent.id, now=clock.now())
    relay.drain()
    assert told(owner) == [("organizations.invitation_accepted", "Grace Hopper joined Acme.")]
    organizations.change_role(principal=admin, user_id=grace.id, role="billing")
    organizations.transfer_ownership(principal=admin, user_id=grace.id)
    relay.drain()
    assert [message for _, message in told(grace)][1:] == [
        "Your role in Acme is now billing.",
        "Your role in Acme is now admin.",
        "You own Acme now.",
    ]
    organizations.remove_member(principal=acting_as(grace, acme.id), user_id=owner.id)
    relay.drain()
    assert told(owner) == [("organizations.removed", "You no longer belong to Acme.")]
    organizations.close(principal=acting_as(grace, acme.id), name="Acme", now=clock.now())
    relay.drain()
    assert told(grace) == []


def test_invitations_of_strangers_tell_nobody():
    owner = make_user()
    acme = make_organization(owner)
    sent = organizations.invite(
        principal=acting_as(owner, acme.id), email=new_address(), role="member", now=clock.now()
    )
    organizations.revoke_invitation(principal=acting_as(owner, acme.id), invitation_id=sent.id)
    relay.drain()
    assert told(owner) == []


def test_an_announcement_goes_out_in_batches(monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    people = [make_user() for _ in range(5)]
    make_user(is_active=False)
    row = services.announce(message="Hello", target_url="/news/", actor_id=people[0].id, now=NOW)
    assert (row.people, row.told, row.finished_at) == (5, 0, None)
    relay.drain()
    row.refresh_from_db()
    assert (row.told, row.finished_at is not None) == (5, True)
    assert [told(person) for person in people] == [[("notifications.announcement", "Hello")]] * 5
    announcements.tell_next(announcement_id=row.pk, after=None, now=NOW)
    assert Notification.objects.count() == 5


def test_an_announcement_to_an_organization_stays_there():
    owner, stranger = make_user(), make_user()
    acme = make_organization(owner)
    member = add_member(acme.id)
    row = services.announce(message="Among us", organization_id=acme.id, actor_id=None, now=NOW)
    relay.drain()
    row.refresh_from_db()
    assert (row.people, row.told) == (2, 2)
    assert told(owner) == told(member) == [("notifications.announcement", "Among us")]
    assert told(stranger) == []
    assert str(row) == "Among us"


def test_an_empty_announcement_is_refused():
    from tenon.kernel.errors import Invalid

    with pytest.raises(Invalid):
        services.announce(message=" ", actor_id=None, now=NOW)
    assert not Announcement.objects.exists()


def test_old_rows_are_forgotten(settings):
    settings.NOTIFICATIONS_KEEP_READ_DAYS = 10
    ada = make_user()
    day = retention.UNSEEN / 270
    for age in (5, 20, 50):
        tell(ada, text=f"read {age}", now=NOW - age * day)
        services.mark_all_read(user_id=ada.id, up_to=None, now=NOW)
    for age in (5, 20, 50):
        tell(ada, text=f"unread {age}", now=NOW - age * day)
    make_device(ada)
    retention.purge(now=NOW)
    assert [message for _, message in told(ada)] == ["read 5", "unread 5", "unread 20"]
    assert selectors.devices_of(user_id=ada.id).count() == 1
    retention.purge(now=NOW + 271 * day)
    assert not Notification.objects.exists()
    assert selectors.devices_of(user_id=ada.id).count() == 0


def test_a_person_takes_along_what_is_theirs():
    from tenon.kernel.personal_data.registry import holdings

    ada, grace = make_user(), make_user()
    holding = next(each for each in holdings() if each.name == "notifications")
    for person in (ada, grace):
        tell(person, text="kept")
        make_device(person, token=f"{person.id}-secret")
        change_preferences(user_id=person.id, changes=[Change(own.ANNOUNCEMENT.name, "push", enabled=True)])
    row = services.announce(message="Hello", actor_id=ada.id, now=NOW)
    export = holding.export(ada.id)
    assert [each["message"] for each in export["notifications"]] == ["kept"]
    assert export["preferences"] == [{"type": own.ANNOUNCEMENT.name, "channel": "push", "enabled": True}]
    assert "secret" not in str(export)
    for _ in range(2):
        holding.erase(user_id=ada.id, now=NOW)
    assert holding.export(ada.id) == {"notifications": [], "preferences": [], "devices": []}
    assert len(holding.export(grace.id)["devices"]) == 1
    row.refresh_from_db()
    assert row.created_by_id is None
