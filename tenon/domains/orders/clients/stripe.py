"""Stripe, by its own library: PaymentIntents that capture at once, refunds, and the notices that it signs.

Sources: docs.stripe.com/api/payment_intents, /api/refunds, /api/idempotent_requests, /api/errors. The browser confirms
a PaymentIntent with its client secret, so no card number comes near us.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import stripe
import structlog
from django.db import connection

from tenon.domains.orders.clients.errors import ProviderRefused, ProviderUnavailable
from tenon.domains.orders.clients.gateways import Failure, Intent, IntentState, ProviderRefund, RefundState
from tenon.domains.orders.engines.stripe_amounts import Inexpressible, from_stripe, to_stripe
from tenon.kernel.money import Money

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams, RefundCreateParams

logger = structlog.get_logger("tenon.orders")

TIMEOUT = (5.0, 15.0)  # seconds to connect, and between two bytes of an answer
RETRIES = 1
LONGEST = (RETRIES + 1) * sum(TIMEOUT) + 1
"""Seconds that one call takes at most, but for an answer that trickles."""

_STATES = {
    "processing": IntentState.PROCESSING,
    "requires_capture": IntentState.PROCESSING,  # only where somebody made it so by hand
    "succeeded": IntentState.SUCCEEDED,
    "canceled": IntentState.CANCELLED,
}
_REFUND_STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}

# Numbers about this machine are nobody's business but its owner's.
stripe.enable_telemetry = False


@dataclass(frozen=True, slots=True)
class Account:
    """An account at Stripe: its secret key, and where its API is."""

    secret_key: str = field(repr=False)
    api_base: str


class StripeGateway:
    """Thread-safe: the library keeps one pool of connections for each thread."""

    name: ClassVar[str] = "stripe"

    def __init__(self, account: Account) -> None:
        client = stripe.StripeClient(
            account.secret_key,
            base_addresses={"api": account.api_base},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=RETRIES,
        )
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds

    def open(
        self, *, payment_id: UUID, order_id: UUID, organization_id: UUID, amount: Money, description: str, key: str
    ) -> Intent:
        """A new PaymentIntent for the methods that the account has switched on in Stripe's dashboard."""
        params: PaymentIntentCreateParams = {
            "amount": _number(amount),
            "currency": amount.currency.lower(),
            "automatic_payment_methods": {"enabled": True},
            "capture_method": "automatic",
            "description": description,
            "metadata": {
                "payment_id": str(payment_id),
                "order_id": str(order_id),
                "organization_id": str(organization_id),
            },
        }
        with _calling():
            return _intent(self._intents.create(params, {"idempotency_key": key}))

    def look_up(self, reference: str) -> Intent:
        with _calling():
            return _intent(self._intents.retrieve(reference))

    def cancel(self, reference: str, *, key: str) -> Intent:
        """Call it off. One that has succeeded meanwhile is refused: the answer is what it is now."""
        try:
            with _calling():
                return _intent(self._intents.cancel(reference, {}, {"idempotency_key": key}))
        except ProviderRefused:
            return self.look_up(reference)

    def refund(
        self,
        *,
        refund_id: UUID,
        payment_id: UUID,
        organization_id: UUID,
        intent_reference: str,
        amount: Money,
        key: str,
    ) -> ProviderRefund:
        params: RefundCreateParams = {
            "payment_intent": intent_reference,
            "amount": _number(amount),
            "metadata": {
                "refund_id": str(refund_id),
                "payment_id": str(payment_id),
                "organization_id": str(organization_id),
            },
        }
        with _calling():
            return _refund(self._refunds.create(params, {"idempotency_key": key}))

    def look_up_refund(self, reference: str) -> ProviderRefund:
        with _calling():
            return _refund(self._refunds.retrieve(reference))

    def refunds_of(self, intent_reference: str) -> Iterable[ProviderRefund]:
        """All of them, the newest first."""
        with _calling():
            found = self._refunds.list({"payment_intent": intent_reference, "limit": 100})
            return [_refund(each) for each in found.auto_paging_iter()]

    def check(self) -> None:
        """Whether the key may see payments."""
        with _calling():
            self._intents.list({"limit": 1})


@contextmanager
def _calling() -> Iterator[None]:
    """Calls of the API. Raises ProviderUnavailable and ProviderRefused in place of the library's errors."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("A provider is called outside of transactions: its answer could outlive their rollback.")
    try:
        yield
    except stripe.InvalidRequestError as refusal:
        raise ProviderRefused(refusal.code or "invalid_request", refusal.user_message or "") from refusal
    except stripe.CardError as refusal:
        raise ProviderRefused(refusal.code or "card_error", refusal.user_message or "") from refusal
    except stripe.StripeError as error:
        # Wrong keys and missing rights included: the shopper can do nothing about them, and whoever reads this can.
        logger.warning("stripe_failed", error=type(error).__name__, status=error.http_status, request=error.request_id)
        raise ProviderUnavailable(retry_after=5) from error


def _number(amount: Money) -> int:
    try:
        return to_stripe(amount)
    except Inexpressible as error:
        raise ProviderRefused("amount_inexpressible", str(error)) from error


def _intent(found: Any) -> Intent:
    values = found.to_dict()
    return Intent(
        reference=values["id"],
        state=_STATES.get(values["status"], IntentState.OPEN),
        amount=from_stripe(values["amount"], values["currency"]),
        received=from_stripe(values.get("amount_received") or 0, values["currency"]),
        payment_id=(values.get("metadata") or {}).get("payment_id", ""),
        organization_id=(values.get("metadata") or {}).get("organization_id", ""),
        client_secret=values.get("client_secret") or "",
        failure=failure_of(values.get("last_payment_error")),
    )


def failure_of(error: dict[str, Any] | None) -> Failure | None:
    """What `last_payment_error` says."""
    if not error:
        return None
    method = error.get("payment_method") or {}
    return Failure(
        reference=error.get("charge") or method.get("id") or "",
        code=error.get("decline_code") or error.get("code") or error.get("type") or "unknown",
        message=error.get("message") or "",
    )


def _refund(found: Any) -> ProviderRefund:
    values = found.to_dict()
    return ProviderRefund(
        reference=values["id"],
        intent_reference=values.get("payment_intent") or "",
        state=_REFUND_STATES.get(values.get("status") or "", RefundState.PENDING),
        amount=from_stripe(values["amount"], values["currency"]),
        refund_id=(values.get("metadata") or {}).get("refund_id", ""),
        failure_code=values.get("failure_reason") or "",
    )
