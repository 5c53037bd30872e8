"""Pushes, to stand-ins that speak the wire formats of Firebase and Apple."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tenon.kernel.ids import new_id
from tenon.kernel.outbox import delivery, relay
from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure
from tenon.kernel.outbox.models import Entry
from tenon.platform.notifications.clients import apns, fcm
from tenon.platform.notifications.clients.errors import TokenGone
from tenon.platform.notifications.clients.http2 import Connection, ConnectionLost
from tenon.platform.notifications.models import Device
from tenon.platform.notifications.services import devices, pushing
from tenon.platform.notifications.tests.factories import NOW, make_device, make_user, tell
from tenon.platform.notifications.tests.stand_ins import Service, apple, certificate, google, pem, rsa_key

CONTENT = pushing.Content(new_id(), "orders.shipped", "On its way", "Order 7 has been shipped.", "/orders/7")
DATA = {"type": CONTENT.type, "target_url": "/orders/7", "notification_id": str(CONTENT.notification_id)}
COLLAPSE = new_id()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def keys() -> SimpleNamespace:
    return SimpleNamespace(google=rsa_key(), apple=ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def firebase(tls: Path) -> Iterator[Service]:
    with google(tls) as service:
        service.answer = good
        yield service


@pytest.fixture
def apples(tls: Path) -> Iterator[Service]:
    with apple(tls) as service:
        yield service


def good(seen):
    if seen.path == "/token":
        return 200, {"access_token": f"ya29.{len(seen.body)}", "expires_in": 3599, "token_type": "Bearer"}
    return 200, {"name": "projects/tenon-test/messages/1"}


def failing(status, code, **details):
    def answer(seen):
        if seen.path == "/token":
            return good(seen)
        error = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
        return status, {"error": {"code": status, "status": "X", "details": [{**error, **details}]}}

    return answer


def account_text(service: Service, keys: SimpleNamespace) -> str:
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "tenon-test",
            "private_key_id": "key-1",
            "private_key": pem(keys.google),
            "client_email": "push@tenon-test.iam.gserviceaccount.com",
            "token_uri": f"https://127.0.0.1:{service.port}/token",
        }
    )


@pytest.fixture
def client(firebase: Service, keys: SimpleNamespace, tls: Path) -> fcm.Client:
    account = fcm.Account.read(account_text(firebase, keys))
    return fcm.Client(account, origin=f"https://127.0.0.1:{firebase.port}", ca_file=str(tls))


def send(client: fcm.Client, *, now=NOW) -> None:
    client.send(token="device-token", title=CONTENT.title, body=CONTENT.message, data=DATA, now=now)


def test_firebase_gets_a_signed_assertion_and_the_message(firebase, client, keys):
    send(client)
    asked, sent = firebase.seen
    assert asked.body["grant_type"] == [fcm.GRANT]
    claims = jwt.decode(
        asked.body["assertion"][0],
        keys.google.public_key(),
        algorithms=["RS256"],
        audience=f"https://127.0.0.1:{firebase.port}/token",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["iss"], claims["scope"]) == ("push@tenon-test.iam.gserviceaccount.com", fcm.SCOPE)
    assert claims["exp"] - claims["iat"] == 3600
    assert sent.path == "/v1/projects/tenon-test/messages:send"
    assert sent.headers["authorization"] == "Bearer ya29.2"
    assert sent.body == {
        "message": {
            "token": "device-token",
            "notification": {"title": "On its way", "body": "Order 7 has been shipped."},
            "data": DATA,
            "android": {"ttl": "86400s"},
        }
    }


def test_the_access_token_is_kept_until_shortly_before_its_end(firebase, client):
    send(client)
    send(client, now=NOW + timedelta(minutes=58))
    assert [seen.path for seen in firebase.seen].count("/token") == 1
    send(client, now=NOW + timedelta(minutes=59))
    assert [seen.path for seen in firebase.seen].count("/token") == 2


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (failing(404, "UNREGISTERED"), TokenGone),
        (failing(403, "SENDER_ID_MISMATCH"), TokenGone),
        (failing(400, "INVALID_ARGUMENT", fieldViolations=[{"field": "message.token"}]), TokenGone),
        (failing(400, "INVALID_ARGUMENT"), PermanentFailure),
        (failing(429, "QUOTA_EXCEEDED"), TemporaryFailure),
        (failing(503, "UNAVAILABLE"), TemporaryFailure),
        (failing(401, "THIRD_PARTY_AUTH_ERROR"), TemporaryFailure),
        (lambda seen: (500, b"<html>"), TemporaryFailure),
        (lambda seen: (400, {"error": "invalid_grant"}), TemporaryFailure),
        (lambda seen: good(seen) if seen.path == "/token" else (502, [1]), TemporaryFailure),
    ],
)
def test_what_firebase_answers(firebase, client, answer, failure):
    firebase.answer = answer
    with pytest.raises(failure):
        send(client)


def test_a_refused_access_token_is_fetched_anew(firebase, client):
    firebase.answer = failing(401, "UNAUTHENTICATED")
    with pytest.raises(TemporaryFailure):
        send(client)
    firebase.answer = good
    send(client)
    assert [seen.path for seen in firebase.seen].count("/token") == 2


def test_an_unreachable_firebase_is_tried_again(keys, tls):
    nowhere = Service(1)
    client = fcm.Client(fcm.Account.read(account_text(nowhere, keys)), origin="https://127.0.0.1:1", ca_file=str(tls))
    with pytest.raises(TemporaryFailure, match="did not answer"):
        send(client)


def test_a_file_that_is_no_account_is_refused():
    for text in ("{}", "no", "[]"):
        with pytest.raises(ValueError, match="service account"):
            fcm.Account.read(text)


@pytest.fixture
def sender(apples: Service, keys: SimpleNamespace, tls: Path) -> Iterator[apns.Client]:
    key = apns.Key(pem(keys.apple), "ABC123DEFG", "DEF123GHIJ", "com.example.app")
    client = apns.Client(key, host="127.0.0.1", port=apples.port, ca_file=str(tls))
    yield client
    client.close()


def alert(client: apns.Client, *, now=NOW) -> None:
    client.send(
        token="a1b2c3d4", title=CONTENT.title, body=CONTENT.message, data=DATA, badge=3, collapse_id=COLLAPSE, now=now
    )


def test_apple_gets_the_alert_over_one_lasting_connection(apples, sender, keys):
    for _ in range(3):
        alert(sender)
    assert apples.connections == 1
    seen = apples.seen[0]
    assert seen.headers[":method"] == "POST"
    assert seen.path == "/3/device/a1b2c3d4"
    assert seen.headers["apns-topic"] == "com.example.app"
    assert (seen.headers["apns-push-type"], seen.headers["apns-priority"]) == ("alert", "10")
    assert seen.headers["apns-expiration"] == str(int((NOW + apns.KEPT).timestamp()))
    assert seen.headers["apns-collapse-id"] == str(COLLAPSE)
    token = seen.headers["authorization"].removeprefix("bearer ")
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "ABC123DEFG", "typ": "JWT"}
    claims = jwt.decode(token, keys.apple.public_key(), algorithms=["ES256"], options={"verify_iat": False})
    assert claims == {"iss": "DEF123GHIJ", "iat": int(NOW.timestamp())}
    assert seen.body == {
        "aps": {
            "alert": {"title": "On its way", "body": "Order 7 has been shipped."},
            "sound": "default",
            "badge": 3,
        },
        **DATA,
    }


def test_the_provider_token_is_renewed_within_the_hour(apples, sender):
    alert(sender)
    alert(sender, now=NOW + timedelta(minutes=49))
    alert(sender, now=NOW + timedelta(minutes=50))
    first, second, third = (seen.headers["authorization"] for seen in apples.seen)
    assert first == second != third


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ((400, {"reason": "BadDeviceToken"}), TokenGone),
        ((400, {"reason": "DeviceTokenNotForTopic"}), TokenGone),
        ((410, {"reason": "Unregistered", "timestamp": 1772366400000}), TokenGone),
        ((400, {"reason": "PayloadEmpty"}), PermanentFailure),
        ((413, {"reason": "PayloadTooLarge"}), PermanentFailure),
        ((403, {"reason": "ExpiredProviderToken"}), TemporaryFailure),
        ((429, {"reason": "TooManyRequests"}), TemporaryFailure),
        ((500, {"reason": "InternalServerError"}), TemporaryFailure),
        ((503, {"reason": "Shutdown"}), TemporaryFailure),
    ],
)
def test_what_apple_answers(apples, sender, answer, failure):
    apples.answer = lambda seen: answer
    with pytest.raises(failure):
        alert(sender)
    apples.answer = lambda seen: (200, {})
    alert(sender)
    assert apples.seen[-1].path == "/3/device/a1b2c3d4"


def test_a_broken_connection_is_tried_again_on_another(apples, sender):
    alert(sender)
    apples.breaks_off = True
    with pytest.raises(TemporaryFailure):
        alert(sender)
    alert(sender)
    assert apples.connections == 2


def test_whoever_speaks_no_http2_is_no_apple(tls):
    with apple(tls, protocols=["http/1.1"]) as service, pytest.raises(ConnectionLost):
        Connection("127.0.0.1", service.port, ca_file=str(tls))
    with pytest.raises(OSError, match=r".*"):
        Connection("127.0.0.1", service.port, ca_file=str(tls))


@pytest.fixture
def configured(settings, firebase, apples, keys, tls):
    """Both services, as a deployment names them."""
    settings.FCM_CREDENTIALS, settings.FCM_ORIGIN = account_text(firebase, keys), f"https://127.0.0.1:{firebase.port}"
    settings.APNS_KEY, settings.APNS_KEY_ID, settings.APNS_TEAM_ID = pem(keys.apple), "ABC123DEFG", "DEF123GHIJ"
    settings.APNS_TOPIC, settings.APNS_HOST, settings.APNS_PORT = "com.example.app", "127.0.0.1", apples.port
    settings.PUSH_CA_FILE = str(tls)
    yield
    if settings.APNS_KEY:
        pushing._apns(pushing._key(), settings.APNS_HOST, settings.APNS_PORT, settings.PUSH_CA_FILE).close()


@pytest.fixture
def entry():
    """As the relay runs a job."""
    reset = delivery._current.set(new_id())
    yield
    delivery._current.reset(reset)


def push(device: Device) -> None:
    pushing.push(device_id=device.pk, user_id=device.user_id, content=CONTENT, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("platform", ["fcm", "apns"])
def test_a_token_that_is_gone_takes_its_device_along(configured, entry, firebase, apples, platform):
    device = make_device(make_user(), platform=platform)
    push(device)
    assert len(firebase.seen) + len(apples.seen) == (2 if platform == "fcm" else 1)
    firebase.answer = failing(404, "UNREGISTERED")
    apples.answer = lambda seen: (410, {"reason": "Unregistered"})
    push(device)
    assert not Device.objects.exists()
    push(device)


@pytest.mark.django_db
def test_a_device_that_came_back_since_then_stays(configured, entry, apples):
    device = make_device(make_user(), platform="apns")
    gone = int((NOW - timedelta(days=1)).timestamp() * 1000)
    apples.answer = lambda seen: (410, {"reason": "Unregistered", "timestamp": gone})
    push(device)
    assert Device.objects.filter(pk=device.pk).exists()


@pytest.mark.django_db
def test_a_device_of_somebody_else_by_now_gets_nothing(configured, entry, firebase):
    first = make_device(make_user(), token="one-token:abcdefgh")
    make_device(make_user(), token="one-token:abcdefgh")
    push(first)
    assert firebase.seen == []


@pytest.mark.django_db
def test_a_notification_reaches_the_device_by_the_relay(configured, firebase, settings):
    from tenon.platform.notifications.policies import Channel
    from tenon.platform.notifications.services.preferences import Change, change_preferences

    person = make_user()
    device = make_device(person, token="the-token:abcdefgh")
    change = Change("notifications.announcement", Channel.PUSH, enabled=True)
    change_preferences(user_id=person.id, changes=[change])
    tell(person, text="Hello, Ada")
    relay.drain()
    assert [seen.body["message"]["token"] for seen in firebase.seen[1:]] == ["the-token:abcdefgh"]
    assert firebase.seen[1].body["message"]["notification"]["body"] == "Hello, Ada"
    assert "the-token" not in str(list(Entry.objects.values_list("payload", flat=True)))
    assert "the-token" not in device.sealed_token
    settings.FCM_CREDENTIALS = ""
    tell(person, text="Again")
    assert not Entry.objects.filter(name="notifications.push", delivered_at=None).exists()


@pytest.mark.django_db
def test_a_service_that_is_away_leaves_the_push_for_later(configured, firebase):
    from tenon.platform.notifications.policies import Channel
    from tenon.platform.notifications.services.preferences import Change, change_preferences

    person = make_user()
    make_device(person)
    change_preferences(user_id=person.id, changes=[Change("notifications.announcement", Channel.PUSH, enabled=True)])
    firebase.answer = failing(503, "UNAVAILABLE")
    tell(person)
    relay.run_once(now=NOW + timedelta(days=365))
    left = Entry.objects.get(name="notifications.push")
    assert (left.delivered_at, left.dead_at, left.attempts) == (None, None, 1)
    assert left.last_error == "FCM answered 503 UNAVAILABLE"


def test_forgetting_a_token_knows_which(db):
    device = make_device(make_user())
    devices.forget_token(device_id=device.pk, digest="another")
    assert Device.objects.filter(pk=device.pk).exists()


@pytest.mark.django_db
def test_a_token_that_was_sealed_under_another_key_is_forgotten(configured, settings):
    device = make_device(make_user())
    settings.SECRET_KEY = "quite another key"
    pushing.push(device_id=device.pk, user_id=device.user_id, content=CONTENT, now=NOW)
    assert not Device.objects.exists()
