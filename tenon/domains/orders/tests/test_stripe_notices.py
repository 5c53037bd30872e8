"""Whether a notice is Stripe's, and what of it concerns us."""

import time
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from tenon.domains.orders.clients.errors import InvalidSignature
from tenon.domains.orders.clients.gateways import Notice, Subject
from tenon.domains.orders.clients.stripe_notices import read
from tenon.testing.stripe_server import Account, signed
from tenon.testing.stripe_server.faults import Fault

SECRET = "whsec_q9WmZ"


def told() -> dict[str, dict[str, Any]]:
    """Each kind of event that an account tells of, by its type."""
    account = Account()
    metadata = {"organization_id": "o-1"}
    intent = account.create_intent({"amount": "3412", "currency": "usd", "metadata": metadata})
    with pytest.raises(Fault):
        account.confirm(intent["id"], "pm_card_chargeDeclined")
    account.confirm(intent["id"], "pm_card_createDispute")
    refund = account.create_refund({"payment_intent": intent["id"], "amount": "12", "metadata": metadata})
    account.finish_refund(refund["id"], succeed=False)
    return {event["type"]: event for event in account.events}


def heard(event: dict[str, Any]) -> Notice:
    body, headers = signed(event, SECRET)
    return read(body, headers["Stripe-Signature"], secret=SECRET)


def test_what_concerns_us_is_known_by_its_subject():
    events = told()
    subjects = {name: heard(event).subject for name, event in events.items()}
    assert subjects == {
        "payment_intent.created": Subject.PAYMENT,
        "payment_intent.payment_failed": Subject.PAYMENT,
        "payment_intent.succeeded": Subject.PAYMENT,
        "charge.succeeded": None,
        "charge.refunded": Subject.REFUND,
        "charge.dispute.created": Subject.DISPUTE,
        "refund.created": Subject.REFUND,
        "refund.updated": Subject.REFUND,
        "refund.failed": Subject.REFUND,
    }
    intent = events["payment_intent.created"]["data"]["object"]["id"]
    assert {heard(event).intent_reference for event in events.values()} == {intent}
    assert heard(events["charge.dispute.created"]).organization_id == "", "a dispute has none of our words"
    assert heard(events["refund.created"]).organization_id == "o-1"


def test_nothing_of_a_shopper_is_kept():
    for event in told().values():
        kept = orjson.dumps(heard(event).content).decode()
        assert "Jenny" not in kept
        assert "@" not in kept


def test_another_thing_is_a_notice_that_does_not_concern_us():
    event = {"id": "evt_1", "object": "event", "type": "invoice.paid", "created": 1, "data": {"object": {}}}
    assert heard(event) == Notice("evt_1", "invoice.paid", datetime.fromtimestamp(1, UTC), None, "", "", "", "", {})


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=00", "t=9" * 30, "t=1,v0=00", ",,,"])
def test_a_header_that_is_no_signature(header: str):
    body, _ = signed(next(iter(told().values())), SECRET)
    with pytest.raises(InvalidSignature):
        read(body, header, secret=SECRET)


def test_a_signature_of_somebody_else_of_another_body_or_of_long_ago():
    event = next(iter(told().values()))
    body, headers = signed(event, "whsec_other")
    with pytest.raises(InvalidSignature):
        read(body, headers["Stripe-Signature"], secret=SECRET)
    body, headers = signed(event, SECRET)
    with pytest.raises(InvalidSignature):
        read(body + b" ", headers["Stripe-Signature"], secret=SECRET)
    with pytest.raises(InvalidSignature):
        read(b"\xff\xfe", headers["Stripe-Signature"], secret=SECRET)
    body, headers = signed(event, SECRET, at=time.time() - 3600)
    with pytest.raises(InvalidSignature):
        read(body, headers["Stripe-Signature"], secret=SECRET)


def test_without_a_secret_nothing_is_believed():
    body, headers = signed(next(iter(told().values())), "")
    with pytest.raises(InvalidSignature):
        read(body, headers["Stripe-Signature"], secret="")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object": "event"}', b'"x"', b"{"])
def test_a_signed_body_that_is_no_event(body: bytes):
    import hashlib
    import hmac

    moment = int(time.time())
    digest = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    with pytest.raises(InvalidSignature):
        read(body, f"t={moment},v1={digest}", secret=SECRET)
