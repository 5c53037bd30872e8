"""What one account holds, and what happens to it: intents, charges, refunds, disputes. Each change tells a notice."""

import copy
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tenon.testing.stripe_server.faults import Fault, invalid, missing

Object = dict[str, Any]

# The methods of docs.stripe.com/testing that we try, and one that settles later, as bank debits do.
DECLINES = {
    "pm_card_chargeDeclined": "generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
}
ASKED = "pm_card_authenticationRequired"
SLOW = "pm_sepaDebit"
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


class Account:
    """Thread-safe. `tell` is called with each event, and must not wait."""

    def __init__(self, tell: Callable[[Object], None] = lambda event: None) -> None:
        self.intents: dict[str, Object] = {}
        self.charges: dict[str, Object] = {}
        self.refunds: dict[str, Object] = {}
        self.events: list[Object] = []
        self._tell = tell
        self._lock = threading.RLock()

    def create_intent(self, params: Mapping[str, Any]) -> Object:
        """POST /v1/payment_intents."""
        amount = _amount(params)
        if not params.get("currency"):
            raise invalid("Missing required param: currency.", param="currency", code="parameter_missing")
        if amount < 50 and params["currency"] == "usd":
            raise invalid("Amount must be at least $0.50 usd", param="amount", code="amount_too_small")
        identity = _id("pi")
        intent = {
            "id": identity,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
            "canceled_at": None,
            "capture_method": params.get("capture_method", "automatic"),
            "client_secret": f"{identity}_secret_{secrets.token_hex(12)}",
            "confirmation_method": "automatic",
            "created": int(time.time()),
            "currency": params["currency"],
            "customer": None,
            "description": params.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": dict(params.get("metadata") or {}),
            "next_action": None,
            "payment_method": None,
            "payment_method_types": ["card"],
            "status": "requires_payment_method",
        }
        with self._lock:
            self.intents[identity] = intent
        return self._told(("payment_intent.created", intent))

    def intent(self, identity: str) -> Object:
        """GET /v1/payment_intents/{id}."""
        with self._lock:
            return copy.deepcopy(self._intent(identity))

    def confirm(self, identity: str, method: str = "pm_card_visa") -> Object:
        """POST /v1/payment_intents/{id}/confirm, as the shopper's browser does."""
        with self._lock:
            intent = self._intent(identity)
            if intent["status"] not in _CONFIRMABLE:
                raise _unexpected(intent, "confirm")
            intent |= {"payment_method": _id("pm"), "last_payment_error": None, "next_action": None}
            if method in DECLINES:
                return self._declined(intent, DECLINES[method])
            if method == ASKED:
                intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}, "_method": method}
                return self._told(("payment_intent.requires_action", intent))
            if method == SLOW:
                intent |= {"status": "processing", "_method": method}
                return self._told(("payment_intent.processing", intent))
            return self._captured(intent, method)

    def finish(self, identity: str, *, succeed: bool = True) -> Object:
        """The shopper has answered the bank's question, or a slow payment has come to its end."""
        with self._lock:
            intent = self._intent(identity)
            if intent["status"] not in ("requires_action", "processing"):
                raise _unexpected(intent, "finish")
            intent["next_action"] = None
            if succeed:
                return self._captured(intent, intent.pop("_method", ""))
            try:
                return self._declined(intent, "payment_intent_authentication_failure")
            except Fault:
                return copy.deepcopy(intent)

    def cancel(self, identity: str) -> Object:
        """POST /v1/payment_intents/{id}/cancel."""
        with self._lock:
            intent = self._intent(identity)
            if intent["status"] not in _CONFIRMABLE:
                raise _unexpected(intent, "cancel")
            intent |= {"status": "canceled", "canceled_at": int(time.time())}
            return self._told(("payment_intent.canceled", intent))

    def create_refund(self, params: Mapping[str, Any]) -> Object:
        """POST /v1/refunds."""
        with self._lock:
            intent = self._intent(params.get("payment_intent", ""))
            charge = self.charges.get(intent["latest_charge"] or "")
            if charge is None or not charge["captured"]:
                raise invalid("This PaymentIntent does not have a successful charge to refund.")
            left = charge["amount"] - charge["amount_refunded"]
            amount = _amount(params) if "amount" in params else left
            if not left:
                raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
            if amount > left:
                raise invalid(
                    f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
                )
            refund = {
                "id": _id("re"),
                "object": "refund",
                "amount": amount,
                "charge": charge["id"],
                "created": int(time.time()),
                "currency": charge["currency"],
                "metadata": dict(params.get("metadata") or {}),
                "payment_intent": intent["id"],
                "reason": params.get("reason"),
                "status": "pending" if charge["_method"] == "pm_card_pendingRefund" else "succeeded",
            }
            self.refunds[refund["id"]] = refund
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self._told(("charge.refunded", charge))
            return self._told(("refund.created", refund))

    def refund(self, identity: str) -> Object:
        """GET /v1/refunds/{id}."""
        with self._lock:
            if identity not in self.refunds:
                raise missing("refund", identity)
            return copy.deepcopy(self.refunds[identity])

    def refunds_of(self, intent: str) -> list[Object]:
        """GET /v1/refunds?payment_intent=…, the newest first."""
        with self._lock:
            found = [copy.deepcopy(each) for each in self.refunds.values() if each["payment_intent"] == intent]
            return found[::-1]

    def finish_refund(self, identity: str, *, succeed: bool = True) -> Object:
        """A refund's bank has taken it, or sent it back: even one that had succeeded."""
        with self._lock:
            refund = self.refunds[identity]
            if succeed:
                refund["status"] = "succeeded"
                return self._told(("refund.updated", refund), ("charge.refund.updated", refund))
            refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            charge = self.charges[refund["charge"]]
            charge["amount_refunded"] -= refund["amount"]
            charge["refunded"] = False
            return self._told(("refund.updated", refund), ("refund.failed", refund))

    def dispute(self, identity: str) -> Object:
        """The shopper goes to their bank and says that they never bought this."""
        with self._lock:
            intent = self._intent(identity)
            dispute = {
                "id": _id("du"),
                "object": "dispute",
                "amount": intent["amount_received"],
                "charge": intent["latest_charge"],
                "created": int(time.time()),
                "currency": intent["currency"],
                "metadata": {},
                "payment_intent": intent["id"],
                "reason": "fraudulent",
                "status": "needs_response",
            }
            return self._told(("charge.dispute.created", dispute))

    def _captured(self, intent: Object, method: str) -> Object:
        charge = {
            "id": _id("ch"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"],
            "amount_refunded": 0,
            "billing_details": {"email": "shopper@example.com", "name": "Jenny Rosen"},
            "captured": True,
            "created": int(time.time()),
            "currency": intent["currency"],
            "metadata": dict(intent["metadata"]),
            "paid": True,
            "payment_intent": intent["id"],
            "refunded": False,
            "status": "succeeded",
            "_method": method,
        }
        self.charges[charge["id"]] = charge
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
        told = self._told(("charge.succeeded", charge), ("payment_intent.succeeded", intent))
        if method == "pm_card_createDispute":
            self.dispute(intent["id"])
        return told

    def _declined(self, intent: Object, reason: str) -> Object:
        error = {
            "charge": _id("ch"),
            "code": "card_declined",
            "decline_code": reason,
            "message": "Your card was declined.",
            "payment_method": {"id": intent["payment_method"], "object": "payment_method", "type": "card"},
            "type": "card_error",
        }
        intent |= {"status": "requires_payment_method", "last_payment_error": error, "payment_method": None}
        told = self._told(("payment_intent.payment_failed", intent))
        raise Fault(402, "card_error", error["message"], code=error["code"], decline_code=reason, payment_intent=told)

    def _intent(self, identity: str) -> Object:
        if identity not in self.intents:
            raise missing("payment_intent", identity)
        return self.intents[identity]

    def _told(self, *happened: tuple[str, Object]) -> Object:
        """Make events of what happened, and return the last object as the API shows it."""
        shown: Object = {}
        for kind, thing in happened:
            shown = {name: copy.deepcopy(value) for name, value in thing.items() if not name.startswith("_")}
            event = {
                "id": _id("evt"),
                "object": "event",
                "api_version": "2026-10-28.endive",
                "created": int(time.time()),
                "data": {"object": copy.deepcopy(shown)},
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": _id("req"), "idempotency_key": None},
                "type": kind,
            }
            self.events.append(event)
            self._tell(event)
        return shown


def _amount(params: Mapping[str, Any]) -> int:
    try:
        amount = int(params["amount"])
    except KeyError:
        raise invalid("Missing required param: amount.", param="amount", code="parameter_missing") from None
    except ValueError:
        raise invalid(
            f"Invalid integer: {params['amount']}", param="amount", code="parameter_invalid_integer"
        ) from None
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param="amount")
    return amount


def _unexpected(intent: Object, verb: str) -> Fault:
    return Fault(
        400,
        "invalid_request_error",
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=copy.deepcopy(intent),
    )


def _id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
