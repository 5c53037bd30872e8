"""Giving money back: reserved under the order's lock, asked of the provider outside of it, and settled under it again.

A refund's own id is the provider's idempotency key, so it is made once, whoever asks again: the same request after a
crash, the round, or both at a time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from tenon.domains.orders import policies
from tenon.domains.orders.clients.current import gateway, telling
from tenon.domains.orders.clients.errors import ProviderRefused
from tenon.domains.orders.clients.gateways import ProviderRefund, RefundState, TellingGateway
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.errors import NothingToRefund, RefundRefused, RefundTooLarge
from tenon.domains.orders.events import OrderRefunded, PaymentRefunded, RefundFailed
from tenon.domains.orders.models import Order, Payment, Refund
from tenon.domains.orders.selectors.payments import RefundFacts, refund_facts
from tenon.domains.orders.services import amounts, ledger
from tenon.domains.orders.services.turns import find, move, order_turn, tell
from tenon.kernel.errors import NotFound
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.money import CurrencyMismatch, Money
from tenon.kernel.outbox.errors import TemporaryFailure
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope

State = Refund.State
_RETURNED = UUID("5f2b6c1e-6a0d-5c57-9c1e-3d0f4be1a7aa")
"""The namespace of what is booked when a refund comes back."""


def refund(
    *,
    operation: Operation,
    principal: Principal,
    order_id: UUID,
    now: datetime,
    amount: Money | None = None,
    reason: str = "",
    payment_id: UUID | None = None,
    of_return_id: UUID | None = None,
) -> RefundFacts:
    """Give back `amount`, or all that is left, of one payment: the one that is named, or the first that has enough.

    Raises Forbidden, NotFound, NothingToRefund, RefundTooLarge, CurrencyMismatch, RefundRefused, and
    ProviderUnavailable: then the refund stays pending, and is made later.
    """
    organization_id = principal.acting_in

    def reserve() -> str:
        with order_turn(organization_id, order_id) as order:
            policies.require_word(principal, policies.REFUND)
            payment, whole = _chosen(order, amount, payment_id)
            made = _reserve(order, payment, whole, reason=reason, actor_id=principal.id, of_return_id=of_return_id)
            return str(made.id)

    refund_id = UUID(operation.commit("reserved", reserve))
    told = operation.call("asked", lambda key: _asked(organization_id, refund_id))
    operation.commit(
        "settled", lambda: settle(organization_id=organization_id, refund_id=refund_id, told=told, now=now)
    )
    with organization_scope(organization_id, read_only=True):
        facts = refund_facts(refund_id)
    if told["refused"]:
        raise RefundRefused(extra={"reason": told["failure_code"]})
    return facts


def give_back(order: Order, payment: Payment, amount: int, *, reason: str, now: datetime) -> None:
    """Have an amount of a payment given back, in the order's turn; nothing where that is done."""
    amount = min(amount, payment.captured_amount - payment.refunded_amount)
    if amount <= 0:
        return
    made = _reserve(order, payment, amount, reason=reason, actor_id=None, of_return_id=None)
    enqueue(
        "orders.carry_out_refund",
        {"organization_id": order.belongs_to, "refund_id": made.id},
        organization_id=order.belongs_to,
    )


def carry_out(*, organization_id: UUID, refund_id: UUID, now: datetime) -> None:
    """Make a refund that is pending, unless it was made already. Raises NotFound and ProviderUnavailable.

    It is looked for first: the provider remembers a key for a day only.
    """
    with organization_scope(organization_id, read_only=True):
        row = Refund.objects.filter(pk=refund_id).values("state", "payment__provider", "payment__reference").first()
    if row is None:
        raise NotFound
    if row["state"] != State.PENDING:
        return
    provider = gateway(row["payment__provider"])
    known = provider.refunds_of(row["payment__reference"]) if isinstance(provider, TellingGateway) else ()
    made = next((each for each in known if each.refund_id == str(refund_id)), None)
    told = _told(made) if made else _asked(organization_id, refund_id)
    settle(organization_id=organization_id, refund_id=refund_id, told=told, now=now)


def ask_after(*, organization_id: UUID, refund_id: UUID, now: datetime) -> None:
    """Take over what the provider says of a refund that it knows. Raises NotFound, ProviderUnavailable."""
    with organization_scope(organization_id, read_only=True):
        row = Refund.objects.filter(pk=refund_id).values("reference", "payment__provider").first()
    if row is None or not row["reference"]:
        raise NotFound
    found = telling(row["payment__provider"]).look_up_refund(row["reference"])
    settle(organization_id=organization_id, refund_id=refund_id, told=_told(found), now=now)


def compare(*, organization_id: UUID, payment_id: UUID, now: datetime) -> None:
    """Take over what the provider says of the refunds of a payment, those included that somebody made there.

    Raises NotFound, ProviderUnavailable, and TemporaryFailure for one that has no room beside those that are pending.
    """
    with organization_scope(organization_id, read_only=True):
        row = Payment.objects.filter(pk=payment_id).values("provider", "reference", "order_id").first()
    if row is None or not row["reference"]:
        raise NotFound
    for found in telling(row["provider"]).refunds_of(row["reference"]):
        refund_id = _known(organization_id, payment_id, found)
        if refund_id is None:
            refund_id = _take_in(organization_id, row["order_id"], payment_id, found)
        if refund_id is not None:
            settle(organization_id=organization_id, refund_id=refund_id, told=_told(found), now=now)


@retried
def settle(*, organization_id: UUID, refund_id: UUID, told: Mapping[str, Any], now: datetime) -> None:
    """Take over what the provider says of a refund, once. Raises NotFound."""
    with organization_scope(organization_id):
        order_id = Refund.objects.filter(pk=refund_id).values_list("order_id", flat=True).first()
        if order_id is None:
            raise NotFound
        order = find(order_id)
        made = Refund.objects.select_related("payment").get(pk=refund_id)
        if told["reference"] and not made.reference:
            made.reference = told["reference"]
            made.save(update_fields=["reference"])
        if told["state"] == State.SUCCEEDED and made.state == State.PENDING:
            _succeed(order, made, now=now)
        elif told["state"] == State.FAILED and made.state != State.FAILED:
            _fail(order, made, str(told["failure_code"]), now=now)


def _succeed(order: Order, made: Refund, *, now: datetime) -> None:
    made.state, made.settled_at = State.SUCCEEDED, now
    made.save(update_fields=["state", "settled_at"])
    before = order.payment_status
    amounts.refresh(order)
    ledger.book_refund(order, reference_id=made.id, amount=made.amount, now=now)
    tell(PaymentRefunded(**_of(order, made)))
    if order.payment_status != Order.PaymentStatus.REFUNDED or before == order.payment_status:
        return
    if order.state == OrderState.DELIVERED:
        move(order, OrderState.REFUNDED, actor_id=made.actor_id, now=now)
    tell(OrderRefunded(order.belongs_to, made.actor_id, order.id, order.number, order.user_id))


def _fail(order: Order, made: Refund, code: str, *, now: datetime) -> None:
    """The amount is free again; one that had arrived and was sent back is booked back."""
    had_succeeded, payment = made.state == State.SUCCEEDED, made.payment
    made.state, made.failure_code, made.settled_at = State.FAILED, code[:100], now
    made.save(update_fields=["state", "failure_code", "settled_at"])
    payment.refunded_amount -= made.amount
    payment.save(update_fields=["refunded_amount"])
    amounts.refresh(order)
    if had_succeeded:
        reference_id = uuid5(_RETURNED, str(made.id))
        ledger.book_returned_refund(order, refund_id=made.id, reference_id=reference_id, now=now)
    tell(RefundFailed(**_of(order, made), failure_code=made.failure_code))


def _chosen(order: Order, amount: Money | None, payment_id: UUID | None) -> tuple[Payment, int]:
    """The payment, and how much of it."""
    if amount is not None and amount.currency != order.currency:
        raise CurrencyMismatch
    rows = Payment.objects.filter(order=order, captured_amount__gt=0).order_by("created_at", "id")
    payments = list(rows.filter(pk=payment_id) if payment_id else rows)
    if not payments:
        raise NothingToRefund
    left = {each.id: each.captured_amount - each.refunded_amount for each in payments}
    wanted = amount.amount if amount is not None else max(left.values())
    payment = next((each for each in payments if left[each.id] >= wanted), None)
    if payment is None or wanted <= 0:
        refundable = Money(max(left.values()), order.currency)
        raise RefundTooLarge(extra={"refundable": {"amount": refundable.amount, "currency": refundable.currency}})
    return payment, wanted


def _reserve(
    order: Order, payment: Payment, amount: int, *, reason: str, actor_id: UUID | None, of_return_id: UUID | None
) -> Refund:
    """The constraint on `refunded_amount` is the last word: never more than was taken."""
    payment.refunded_amount += amount
    payment.save(update_fields=["refunded_amount"])
    made = Refund.objects.create(
        order=order,
        payment=payment,
        of_return_id=of_return_id,
        currency=payment.currency,
        amount=amount,
        reason=reason,
        actor_id=actor_id,
    )
    amounts.refresh(order)
    return made


def _asked(organization_id: UUID, refund_id: UUID) -> dict[str, Any]:
    """What the provider says to it. Raises ProviderUnavailable."""
    with organization_scope(organization_id, read_only=True):
        made = Refund.objects.select_related("payment").get(pk=refund_id)
    payment = made.payment
    try:
        found = gateway(payment.provider).refund(
            refund_id=refund_id,
            payment_id=payment.id,
            organization_id=organization_id,
            intent_reference=payment.reference or "",
            amount=Money(made.amount, made.currency),
            key=f"refund-{refund_id}",
        )
    except ProviderRefused as refusal:
        return {"reference": None, "state": RefundState.FAILED, "failure_code": refusal.code, "refused": True}
    return _told(found)


def _told(found: ProviderRefund) -> dict[str, Any]:
    return {
        "reference": found.reference,
        "state": found.state,
        "failure_code": found.failure_code,
        "refused": False,
    }


def _known(organization_id: UUID, payment_id: UUID, found: ProviderRefund) -> UUID | None:
    with organization_scope(organization_id, read_only=True):
        rows = Refund.objects.filter(payment=payment_id).values_list("id", flat=True)
        named: UUID | None = rows.filter(reference=found.reference).first()
        return named or rows.filter(pk=_uuid(found.refund_id)).first()


def _take_in(organization_id: UUID, order_id: UUID, payment_id: UUID, found: ProviderRefund) -> UUID | None:
    """A refund that somebody made at the provider becomes one of ours; one that failed there concerns nobody."""
    if found.state is RefundState.FAILED:
        return None
    with order_turn(organization_id, order_id) as order:
        payment = Payment.objects.get(pk=payment_id)
        known = Refund.objects.filter(payment=payment, reference=found.reference).values_list("id", flat=True).first()
        if known is not None:
            return known
        if found.amount.amount > payment.captured_amount - payment.refunded_amount:
            raise TemporaryFailure("A refund that was made at the provider has no room beside those that are pending.")
        made = _reserve(order, payment, found.amount.amount, reason="at_provider", actor_id=None, of_return_id=None)
        made.reference = found.reference
        made.save(update_fields=["reference"])
        return made.id


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _of(order: Order, made: Refund) -> dict[str, Any]:
    return {
        "organization_id": order.belongs_to,
        "actor_id": made.actor_id,
        "order_id": order.id,
        "number": order.number,
        "user_id": order.user_id,
        "payment_id": made.payment_id,
        "provider": made.payment.provider,
        "amount": made.amount,
        "currency": made.currency,
        "refund_id": made.id,
    }
