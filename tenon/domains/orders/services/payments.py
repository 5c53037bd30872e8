"""Paying for an order: begun by whoever ordered, confirmed by asking the provider, or noted by staff."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings

from tenon.domains.orders import policies
from tenon.domains.orders.clients.current import gateway
from tenon.domains.orders.clients.errors import ProviderRefused
from tenon.domains.orders.clients.gateways import Failure, Intent, IntentState, TellingGateway
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.errors import AlreadyPaid, MethodUnavailable, PaymentRefused, WrongState
from tenon.domains.orders.events import PaymentStarted
from tenon.domains.orders.models import Order, Payment
from tenon.domains.orders.selectors.payments import PaymentFacts, payment_facts
from tenon.domains.orders.services.settling import OPEN, call_off_later, capture, name, note_failure, settle
from tenon.domains.orders.services.turns import order_turn, tell, wrong_state
from tenon.kernel.errors import NotFound
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.money import Money
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope

_OVER = (OrderState.CANCELLED, OrderState.REFUNDED)
_PROVIDERS: Mapping[str, str] = {
    Order.PaymentMethod.CREDIT_CARD: "stripe",
    Order.PaymentMethod.PAYPAL: "stripe",
    Order.PaymentMethod.BANK_TRANSFER: "manual",
    Order.PaymentMethod.CASH_ON_DELIVERY: "manual",
}
_TOO_LATE = "too_late"
_TRIES = 3  # each but the last found a payment that was called off at the provider meanwhile


@dataclass(frozen=True, slots=True)
class Started:
    """A payment that waits for the shopper. Their browser pays with the two keys; for one by hand there are none."""

    payment: PaymentFacts
    client_secret: str = field(repr=False)
    publishable_key: str


def provider_of(method: str) -> str:
    """Who takes payments of this kind here. Raises MethodUnavailable, so that a checkout can ask before it orders."""
    provider = _PROVIDERS.get(method, "")
    if provider not in settings.PAYMENT_PROVIDERS:
        raise MethodUnavailable(extra={"methods": methods()})
    return provider


def methods() -> list[str]:
    """The ways to pay that this deployment has."""
    return [method.value for method in Order.PaymentMethod if _PROVIDERS[method] in settings.PAYMENT_PROVIDERS]


def start(*, operation: Operation, shopper: policies.Shopper, order_id: UUID, now: datetime) -> Started:
    """Begin to pay what an order costs, or go on: a payment that failed, or that nobody finished, is the same one.

    Raises NotFound, Forbidden, AlreadyPaid, WrongState, MethodUnavailable, PaymentRefused, ProviderUnavailable.
    """
    organization_id = shopper.principal.acting_in
    for number in range(_TRIES):
        begun = operation.commit(f"begun-{number}", lambda: _begin(shopper, organization_id, order_id))
        told = operation.call(f"opened-{number}", partial(_opened, begun, organization_id, order_id))
        step = partial(_note, begun, told, organization_id, order_id, now=now)
        noted = operation.commit(f"noted-{number}", step)
        if noted != IntentState.CANCELLED:
            break
    if noted == _TOO_LATE:
        raise WrongState
    if told["refused"]:
        raise PaymentRefused(extra={"reason": told["refused"]})
    with organization_scope(organization_id, read_only=True):
        facts = payment_facts(UUID(begun["payment_id"]))
    # Whoever comes back after it was paid is shown that, and nothing to pay with.
    secret = told["client_secret"] if facts.state in OPEN else ""
    return Started(facts, secret, settings.STRIPE_PUBLISHABLE_KEY if secret else "")


def confirm(*, shopper: policies.Shopper, payment_id: UUID, now: datetime) -> PaymentFacts:
    """Ask the provider how far a payment of theirs is, and take that over. Raises NotFound, ProviderUnavailable.

    The shopper's browser says that it has paid; nobody has to believe it.
    """
    organization_id = shopper.principal.acting_in
    with organization_scope(organization_id, read_only=True):
        row = Payment.objects.filter(pk=payment_id).values("order_id", "order__user_id").first()
    if row is None or not policies.can_see(shopper, order_id=row["order_id"], user_id=row["order__user_id"]):
        raise NotFound
    return ask_after(organization_id=organization_id, payment_id=payment_id, now=now)


def ask_after(*, organization_id: UUID, payment_id: UUID, now: datetime) -> PaymentFacts:
    """The same, for the deployment itself. Raises NotFound, ProviderUnavailable, and LookupError without a provider."""
    with organization_scope(organization_id, read_only=True):
        facts = payment_facts(payment_id)
    provider = gateway(facts.provider)
    if not isinstance(provider, TellingGateway) or not facts.reference or facts.state not in OPEN:
        return facts
    intent = provider.look_up(facts.reference)
    return settle(organization_id=organization_id, payment_id=payment_id, intent=intent, now=now)


@retried
def receive(*, principal: Principal, order_id: UUID, now: datetime, note: str = "") -> PaymentFacts:
    """Staff note that what an order costs has arrived: by bank transfer, or at the door.

    Raises Forbidden, NotFound, AlreadyPaid, and WrongState for an order that is over.
    """
    with order_turn(principal.acting_in, order_id) as order:
        policies.require_word(principal, policies.MANAGE)
        due = _due(order)
        payment = _open_payment(order, "manual") or _new_payment(order, "manual", due, principal.id)
        payment.reference = payment.reference or str(payment.id)
        capture(order, payment, actor_id=principal.id, note=note, now=now)
        return payment_facts(payment.id)


def _due(order: Order) -> int:
    """What is still to be paid. Raises WrongState for an order that is over, and AlreadyPaid."""
    if order.state in _OVER:
        raise wrong_state(order)
    due = order.total_amount - order.captured_amount
    if due <= 0:
        raise AlreadyPaid
    return due


def _begin(shopper: policies.Shopper, organization_id: UUID, order_id: UUID) -> dict[str, Any]:
    """The payment that is open at the provider of the order's method, or a new one."""
    with order_turn(organization_id, order_id) as order:
        policies.require_mover(shopper, order_id=order_id, user_id=order.user_id)
        due = _due(order)
        provider = provider_of(order.payment_method)
        payment = _open_payment(order, provider)
        if payment is None:
            payment = _new_payment(order, provider, due, shopper.principal.id)
        return {
            "payment_id": payment.id,
            "provider": provider,
            "reference": payment.reference or "",
            "amount": payment.amount,
            "currency": payment.currency,
            "description": order.number,
        }


def _opened(begun: Mapping[str, Any], organization_id: UUID, order_id: UUID, _key: str) -> dict[str, Any]:
    """What the provider says of it, whose key is the payment's own id. Raises ProviderUnavailable."""
    provider = gateway(begun["provider"])
    try:
        if begun["reference"] and isinstance(provider, TellingGateway):
            intent = provider.look_up(begun["reference"])
        else:
            intent = provider.open(
                payment_id=UUID(begun["payment_id"]),
                order_id=order_id,
                organization_id=organization_id,
                amount=Money(begun["amount"], begun["currency"]),
                description=begun["description"],
                key=f"payment-{begun['payment_id']}",
            )
    except ProviderRefused as refusal:
        return {"refused": refusal.code, "message": str(refusal)}
    return {"refused": "", **_as_json(intent)}


def _note(
    begun: Mapping[str, Any], told: Mapping[str, Any], organization_id: UUID, order_id: UUID, *, now: datetime
) -> str:
    """Write down where the payment is at the provider, and how far. Returns its state there."""
    payment_id = UUID(begun["payment_id"])
    if told["refused"]:
        failure = Failure(f"refused:{told['refused']}", told["refused"], told["message"])
        note_failure(organization_id=organization_id, payment_id=payment_id, failure=failure, now=now)
        return ""
    with order_turn(organization_id, order_id) as order:
        payment = Payment.objects.get(pk=payment_id)
        name(order, payment, told["reference"])
        if order.state in _OVER:  # called off while we spoke to the provider, who must hear of it
            call_off_later(order)
            return _TOO_LATE
    if isinstance(gateway(begun["provider"]), TellingGateway):
        settle(organization_id=organization_id, payment_id=payment_id, intent=_from_json(told), now=now)
    return str(told["state"])


def _open_payment(order: Order, provider: str) -> Payment | None:
    rows = Payment.objects.filter(order=order, provider=provider, state__in=OPEN)
    return rows.order_by("created_at", "id").first()


def _new_payment(order: Order, provider: str, due: int, actor_id: UUID | None) -> Payment:
    payment = Payment.objects.create(
        order=order, provider=provider, method=order.payment_method, currency=order.currency, amount=due
    )
    tell(
        PaymentStarted(
            organization_id=order.belongs_to,
            actor_id=actor_id,
            order_id=order.id,
            number=order.number,
            user_id=order.user_id,
            payment_id=payment.id,
            provider=provider,
            amount=due,
            currency=order.currency,
        )
    )
    return payment


def _as_json(intent: Intent) -> dict[str, Any]:
    """Checkpoints are sealed, so the client secret may rest in one."""
    failure = intent.failure
    return {
        "reference": intent.reference,
        "state": intent.state,
        "amount": intent.amount.amount,
        "received": intent.received.amount,
        "currency": intent.amount.currency,
        "payment_id": intent.payment_id,
        "client_secret": intent.client_secret,
        "failure": [failure.reference, failure.code, failure.message] if failure else None,
    }


def _from_json(told: Mapping[str, Any]) -> Intent:
    return Intent(
        reference=told["reference"],
        state=IntentState(told["state"]),
        amount=Money(told["amount"], told["currency"]),
        received=Money(told["received"], told["currency"]),
        payment_id=told["payment_id"],
        failure=Failure(*told["failure"]) if told["failure"] else None,
    )
