"""What Stripe sends to our webhook: its signature, and which of it concerns us.

Sources: docs.stripe.com/webhooks/signature (Stripe-Signature: t=…,v1=…, five minutes of tolerance),
docs.stripe.com/api/events/types.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import stripe

from tenon.domains.orders.clients.errors import InvalidSignature
from tenon.domains.orders.clients.gateways import Notice, Subject
from tenon.domains.orders.clients.stripe import failure_of

TOLERANCE = 300  # seconds
_SUBJECTS = {
    "payment_intent": Subject.PAYMENT,
    "charge": Subject.REFUND,  # of which we only look at `charge.refunded`
    "refund": Subject.REFUND,
    "dispute": Subject.DISPUTE,
}
# Of an object we keep what decides, and no name, address or card of a shopper.
_KEPT = ("status", "amount", "amount_received", "amount_refunded", "currency", "reason", "failure_reason")


def read(body: bytes, signature: str, *, secret: str) -> Notice:
    """The notice in a request's body. Raises InvalidSignature, also for a body that is no event."""
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
        event = orjson.loads(body)
        return _notice(event, event["data"]["object"] if event.get("object") == "event" else {})
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise InvalidSignature from None


def _notice(event: Mapping[str, Any], thing: Mapping[str, Any]) -> Notice:
    kind = str(thing.get("object", ""))
    reference = str(thing.get("id", ""))
    subject = _SUBJECTS.get(kind)
    ours = thing.get("metadata") or {}
    if kind == "charge" and event["type"] != "charge.refunded":
        subject = None
    return Notice(
        id=str(event["id"]),
        type=str(event["type"]),
        at=datetime.fromtimestamp(int(event["created"]), UTC),
        subject=subject,
        reference=reference,
        intent_reference=reference if kind == "payment_intent" else str(thing.get("payment_intent") or ""),
        organization_id=str(ours.get("organization_id", "")),
        payment_id=str(ours.get("payment_id", "")),
        content={name: thing[name] for name in _KEPT if thing.get(name) is not None},
        failure=failure_of(thing.get("last_payment_error")) if kind == "payment_intent" else None,
    )
