"""Secrets, patience and places."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook

from tenon.kernel import clock
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.webhooks.engines import patience, signatures


def test_what_is_signed_verifies_under_each_secret():
    keys = [signatures.new_secret(), signatures.new_secret()]
    body = '{"type":"ünïcode"}'
    headers = signatures.headers(message_id="msg", body=body, keys=keys, now=clock.now())
    for key in keys:
        assert Webhook(key).verify(body, headers) == {"type": "ünïcode"}
    assert len(headers["webhook-signature"].split()) == 2
    assert len(set(keys)) == 2


def test_an_example_of_the_specification():
    moment = datetime.fromtimestamp(1614265330, UTC)
    headers = signatures.headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        body='{"test": 2432232314}',
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        now=moment,
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("size", [23, 24, 64, 65])
def test_the_length_of_a_secret(size):
    from base64 import b64encode

    assert signatures.is_secret("whsec_" + b64encode(bytes(size)).decode()) is (24 <= size <= 64)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_ü", "whsec_AAAA\n", "AAAA" * 10, "whsec_" + "A" * 33])
def test_what_is_no_secret(text):
    assert not signatures.is_secret(text)


def test_ten_attempts_over_three_days():
    assert sum(patience.WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert patience.wait(len(patience.WAITS) + 1) is None
    drawn = {patience.wait(1) or timedelta(0) for _ in range(50)}
    assert len(drawn) > 40
    assert all(timedelta(seconds=4) <= each <= timedelta(seconds=6) for each in drawn)


def test_rests_grow_to_minutes_and_delay_no_retry():
    rests = [patience.rest(misses, answered=False).total_seconds() for misses in range(1, 12)]
    assert rests[:4] == [4, 8, 16, 32]
    assert rests[-1] == 240
    shortest = [wait.total_seconds() * (1 - patience.SPREAD) for wait in patience.WAITS]
    assert all(rest <= wait for rest, wait in zip(rests, shortest, strict=False))
    assert patience.rest(4, answered=True) is None
    assert patience.rest(5, answered=True) == timedelta(seconds=64)
    assert patience.rest(5000, answered=False) == patience.LONGEST_REST


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("30", 30),
        (" 30 ", 30),
        ("999999999999999", 3600),
        ("-5", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ((NOW + timedelta(seconds=60)).strftime("%a, %d %b %Y %H:%M:%S -0000"), 60),
    ],
)
def test_what_a_receiver_asks_for(text, seconds):
    now = NOW.replace(microsecond=0)
    asked = patience.asked_rest(text, now=now)
    assert (asked and asked.total_seconds()) == seconds or (asked == timedelta(0) and seconds == 0)
