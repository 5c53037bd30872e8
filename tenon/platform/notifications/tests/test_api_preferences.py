"""What people want to be told, the links in mails, and the devices of their pushes."""

import pytest
from django.test import Client

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.platform.identity.tests.factories import start_session
from tenon.platform.notifications import selectors
from tenon.platform.notifications.engines.unsubscribing import Unsubscription, decode, encode
from tenon.platform.notifications.models import Device, Preference
from tenon.platform.notifications.policies import own
from tenon.platform.notifications.services import devices
from tenon.platform.notifications.tests.factories import make_device, make_user
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
PREFERENCES, DEVICES = "/api/v1/notification-preferences/", "/api/v1/devices/"
ROLE = "organizations.role_changed"


@pytest.fixture
def alice():
    return make_user()


@pytest.fixture
def api(alice) -> Api:
    return Api(token=start_session(alice, now=clock.now()).access)


def channels(answer, name):
    assert answer.status_code == 200, answer.content
    return next(each["channels"] for each in answer.json()["data"] if each["type"] == name)


def change(**values):
    return {"changes": [{"type": ROLE, "channel": "email", "enabled": False, **values}]}


def test_every_type_is_listed_with_what_the_person_wants(api):
    answer = api.get(PREFERENCES)
    assert channels(answer, ROLE) == {"email": True, "in_app": True, "push": False}
    assert channels(answer, "identity.new_device") == {"email": True, "in_app": True, "push": True}
    listed = {each["type"]: each["required"] for each in answer.json()["data"]}
    assert listed["identity.new_device"] is True
    assert listed[ROLE] is False


def test_changes_are_kept_for_the_person_alone(api):
    assert channels(api.request("PATCH", PREFERENCES, change()), ROLE)["email"] is False
    assert channels(api.request("PATCH", PREFERENCES, change(channel="push", enabled=True)), ROLE) == {
        "email": False,
        "in_app": True,
        "push": True,
    }
    assert channels(api.request("PATCH", PREFERENCES, change(enabled=True)), ROLE)["email"] is True
    other = Api(token=start_session(make_user(), now=clock.now()).access)
    assert channels(other.get(PREFERENCES), ROLE) == {"email": True, "in_app": True, "push": False}


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"type": "no.such"}, "unknown_notification_type", "/changes/1/type"),
        ({"type": "organizations.invited"}, "unknown_channel", "/changes/1/channel"),
        ({"type": "identity.new_device"}, "notification_required", "/changes/1/channel"),
    ],
)
def test_all_changes_or_none(api, wrong, code, pointer):
    body = {"changes": [*change()["changes"], *change(**wrong)["changes"]]}
    answer = api.request("PATCH", PREFERENCES, body)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (code, pointer)
    assert channels(api.get(PREFERENCES), ROLE)["email"] is True


@pytest.mark.parametrize(
    "body", [{}, {"changes": []}, change(channel="pigeon"), change(enabled="no"), {"changes": [7]}]
)
def test_what_is_no_change_is_refused(api, body):
    assert api.request("PATCH", PREFERENCES, body).status_code == 400


def test_preferences_cost_two_statements(api):
    with query_budget(5) as queries:
        api.get(PREFERENCES)
    assert len([each for each in queries if "limits_counter" not in each]) == 2  # who asks; what differs


def test_one_click_ends_a_kind_of_mail(alice, api):
    secret = encode(Unsubscription(alice.id, ROLE))
    anybody = Client()
    clicked = anybody.post(f"/unsubscribe/{secret}/", {"List-Unsubscribe": "One-Click"})
    assert (clicked.status_code, clicked.json()["type"]) == (200, ROLE)
    assert channels(api.get(PREFERENCES), ROLE) == {"email": False, "in_app": True, "push": False}
    assert anybody.post(f"/unsubscribe/{secret}/").status_code == 200


def test_an_old_letter_leaves_nothing_of_whoever_was_erased(alice):
    type(alice).objects.filter(pk=alice.pk).update(erased_at=clock.now())
    secret = encode(Unsubscription(alice.id, ROLE))
    assert Client().post(f"/unsubscribe/{secret}/").status_code == 200
    assert not Preference.objects.filter(user=alice).exists()


def test_the_page_asks_first_and_says_what_for(alice, api):
    secret = encode(Unsubscription(alice.id, ROLE))
    for path in ("/unsubscribe/", f"/unsubscribe/{secret}/"):
        page = Client().get(path)
        assert page.status_code == 200
        assert b"Unsubscribe" in page.content
    asked = Api().get(f"{PREFERENCES}unsubscribe/{secret}/")
    assert asked.json() == {"type": ROLE, "title": "Your role has changed"}
    assert channels(api.get(PREFERENCES), ROLE)["email"] is True
    assert Api().post(f"{PREFERENCES}unsubscribe/{secret}/").status_code == 200
    assert channels(api.get(PREFERENCES), ROLE)["email"] is False


@pytest.mark.parametrize("damage", [lambda text: text[:-2] + "AA", lambda text: "x", lambda text: "é", lambda text: ""])
def test_a_damaged_link_does_nothing(alice, api, damage):
    secret = damage(encode(Unsubscription(alice.id, ROLE)))
    assert decode(secret) is None
    assert Client().post(f"/unsubscribe/{secret or '-'}/").status_code == 404
    assert Api().get(f"{PREFERENCES}unsubscribe/{secret or '-'}/").status_code == 404
    assert channels(api.get(PREFERENCES), ROLE)["email"] is True


def test_links_of_required_or_forgotten_types_change_nothing(alice, api):
    required = encode(Unsubscription(alice.id, own.NEW_DEVICE.name))
    assert Client().post(f"/unsubscribe/{required}/").status_code == 200
    assert channels(api.get(PREFERENCES), own.NEW_DEVICE.name)["email"] is True
    assert Client().post(f"/unsubscribe/{encode(Unsubscription(alice.id, 'no.longer'))}/").status_code == 404


def test_the_letter_names_the_way_out(alice, settings, mailoutbox):
    from tenon.kernel.mail import send

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    context = {
        "title": "A <title>",
        "message": "Said & done",
        "url": "https://x.example/",
        "unsubscribe_url": "https://u",
    }
    from django.db import transaction

    with transaction.atomic():
        send(template="notification", to=alice.email, context=context, unsubscribe_url="https://api.example.com/u/")
    relay.drain()
    letter = mailoutbox[0]
    assert letter.subject == "A <title>"
    assert letter.extra_headers["List-Unsubscribe"] == "<https://api.example.com/u/>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = str(letter.alternatives[0][0])
    assert "Said &amp; done" in html
    assert "https://u" in html
    assert "No more mails of this kind: https://u" in letter.body


NEW = {"platform": "fcm", "token": "a-token:0123456789", "name": "Phone"}


def test_a_device_is_registered_once_and_seen_again(api):
    made = api.post(DEVICES, NEW)
    assert made.status_code == 201
    assert made["Location"] == f"{DEVICES}{made.json()['id']}/"
    again = api.post(DEVICES, {**NEW, "name": "My phone"})
    assert (again.status_code, again.json()["id"], again.json()["name"]) == (200, made.json()["id"], "My phone")
    listed = api.get(DEVICES).json()["data"]
    assert [each["name"] for each in listed] == ["My phone"]
    assert "token" not in listed[0]
    stored = Device.objects.get()
    assert stored.token == NEW["token"]
    assert NEW["token"] not in stored.sealed_token


def test_a_token_is_one_persons_at_a_time(api):
    first = api.post(DEVICES, NEW).json()["id"]
    other = Api(token=start_session(make_user(), now=clock.now()).access)
    moved = other.post(DEVICES, NEW)
    assert moved.status_code == 201
    assert moved.json()["id"] != first
    assert api.get(DEVICES).json()["data"] == []
    assert api.delete(f"{DEVICES}{moved.json()['id']}/").status_code == 404
    assert api.request("PATCH", f"{DEVICES}{moved.json()['id']}/", {"name": "mine"}).status_code == 404
    assert other.delete(f"{DEVICES}{moved.json()['id']}/").status_code == 204


def test_a_token_is_replaced(api, alice):
    one, other = make_device(alice), make_device(alice, token="other-token:0123")
    answer = api.request("PATCH", f"{DEVICES}{one.pk}/", {"token": "other-token:0123"})
    assert (answer.status_code, answer.json()["id"]) == (200, str(one.pk))
    assert list(Device.objects.values_list("pk", flat=True)) == [one.pk]
    one.refresh_from_db()
    assert one.token == "other-token:0123"
    renamed = api.request("PATCH", f"{DEVICES}{one.pk}/", {"name": "Tablet"})
    assert renamed.json()["name"] == "Tablet"
    assert other.pk != one.pk


@pytest.mark.parametrize("token", ["short", "with blank", "a/../b-123456", "x" * 4097, ""])
def test_what_is_no_token_is_refused(api, token):
    assert api.post(DEVICES, {**NEW, "token": token}).status_code == 400


def test_the_device_unseen_for_longest_makes_room(alice, monkeypatch):
    monkeypatch.setattr(devices, "MOST", 2)
    made = [make_device(alice) for _ in range(3)]
    assert {row["id"] for row in selectors.devices_of(user_id=alice.id)} == {each.pk for each in made[1:]}


def test_registered_twice_at_the_same_moment(alice, monkeypatch):
    from django.db import IntegrityError

    called = []
    plain = devices._register

    def racing(*args, **kwargs):
        called.append(args)
        if len(called) == 1:
            raise IntegrityError
        return plain(*args, **kwargs)

    monkeypatch.setattr(devices, "_register", racing)
    assert make_device(alice).user_id == alice.id
    assert len(called) == 2
