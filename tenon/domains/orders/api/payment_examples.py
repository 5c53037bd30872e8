"""Values for the documentation of payments."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tenon.domains.orders.api import payment_bodies as bodies
from tenon.domains.orders.selectors.payments import AttemptFacts, BookedFacts, PaymentFacts, RefundFacts

_WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
_ORDER = UUID("0199f6f0-4c1e-7a52-9d3c-000000000051")
_PAYMENT = UUID("0199f6f0-4c1e-7a52-9d3c-000000000054")
_REFUND = UUID("0199f6f0-4c1e-7a52-9d3c-000000000055")
_TRANSACTION = UUID("0199f6f0-4c1e-7a52-9d3c-000000000058")


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, UUID) else value


def _payment(state: str, captured: int, *attempts: AttemptFacts) -> dict[str, Any]:
    facts = PaymentFacts(
        id=_PAYMENT,
        order_id=_ORDER,
        provider="stripe",
        method="credit_card",
        state=state,
        currency="USD",
        amount=3412,
        captured_amount=captured,
        refunded_amount=0,
        reference="pi_3OaB2LkdIwHu7ix0",
        failure_code="",
        captured_at=_WHEN if captured else None,
        created_at=_WHEN,
        attempts=attempts,
    )
    shown: dict[str, Any] = _as_text(bodies.payment(facts, for_staff=False))
    return shown


PAYMENT = _payment("captured", 3412, AttemptFacts(1, "succeeded", "", "", _WHEN))
STARTED = {
    **_payment("pending", 0),
    "client_secret": "pi_3OaB2LkdIwHu7ix0_secret_…",
    "publishable_key": "pk_live_…",
}
PAYMENTS = {"data": [PAYMENT]}
RECEIPT = {"note": "Statement of 1 March"}
NEW_REFUND = {"amount": "10.00", "reason": "A scratch"}
REFUND: dict[str, Any] = _as_text(
    bodies.refund(
        RefundFacts(_REFUND, _ORDER, _PAYMENT, "succeeded", "USD", 1000, "A scratch", "", _WHEN, _WHEN), for_staff=True
    )
)
REFUNDS = {"data": [REFUND]}
BOOKS: dict[str, Any] = _as_text(
    bodies.books(
        [
            BookedFacts(_TRANSACTION, "capture", "cash", 3412, _WHEN),
            BookedFacts(_TRANSACTION, "capture", "receivable", -3412, _WHEN),
        ],
        "USD",
    )
)
NOTICE = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "data": {"object": {}}}
TAKEN = {"received": True}
