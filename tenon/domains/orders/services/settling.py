"""What a provider says of a payment becomes ours, once, whoever brings the word: the shopper, a notice or the round.

Everybody takes the order's turn, looks at what is known by then, and writes what is new. A provider's own present state
decides, never the order in which its notices arrive.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from tenon.domains.orders.clients.gateways import Failure, Intent, IntentState
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.events import PaymentCaptured, PaymentFailed
from tenon.domains.orders.models import Order, Payment, PaymentAttempt
from tenon.domains.orders.models.payments import MESSAGE_LENGTH
from tenon.domains.orders.selectors.payments import PaymentFacts, payment_facts
from tenon.domains.orders.services import amounts, ledger, orders, refunds
from tenon.domains.orders.services.turns import find, tell
from tenon.kernel.errors import NotFound, TenonError
from tenon.kernel.money import Money
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope

logger = structlog.get_logger("tenon.orders")
State = Payment.State
OPEN = (State.PENDING, State.PROCESSING, State.FAILED)
"""States of payments that may still be paid: a failed attempt leaves room for the next one."""


# How long an order waits: bank debits take days, and a shopper who hears that one failed is no longer at the checkout.
_SLOW, _AGAIN = timedelta(days=14), timedelta(days=1)


@contextmanager
def payment_turn(organization_id: UUID, payment_id: UUID) -> Iterator[tuple[Order, Payment]]:
    """A payment in its order's turn. Raises NotFound."""
    with organization_scope(organization_id):
        order_id = Payment.objects.filter(pk=payment_id).values_list("order_id", flat=True).first()
        if order_id is None:
            raise NotFound
        order = find(order_id)
        yield order, Payment.objects.get(pk=payment_id)


@retried
def settle(*, organization_id: UUID, payment_id: UUID, intent: Intent, now: datetime) -> PaymentFacts:
    """Take over what the provider says of a payment. Raises NotFound.

    The order waits for money that is on its way, and after that for another try.
    """
    with payment_turn(organization_id, payment_id) as (order, payment):
        was_slow = payment.state == State.PROCESSING
        if intent.failure is not None:
            _note_failure(order, payment, intent.failure, now=now)
        if intent.state is IntentState.SUCCEEDED:
            if not _fits(payment, intent):
                _note_mismatch(order, payment, intent, now=now)
            elif payment.state != State.CAPTURED:
                capture(order, payment, actor_id=None, now=now)
        elif payment.state in OPEN:
            _follow(payment, intent.state)
        _wait(order, payment, was_slow=was_slow, now=now)
        return payment_facts(payment_id)


@retried
def note_failure(*, organization_id: UUID, payment_id: UUID, failure: Failure, now: datetime) -> None:
    """Write down an attempt that failed, once. Raises NotFound."""
    with payment_turn(organization_id, payment_id) as (order, payment):
        was_slow = payment.state == State.PROCESSING
        _note_failure(order, payment, failure, now=now)
        _wait(order, payment, was_slow=was_slow, now=now)


def capture(order: Order, payment: Payment, *, actor_id: UUID | None, now: datetime, note: str = "") -> None:
    """The whole of a payment was taken: write it down, and let the order go on. In its turn, for one not captured.

    What was taken for an order that nobody waits for any more, or twice, is given back.
    """
    payment.state, payment.captured_amount, payment.captured_at = State.CAPTURED, payment.amount, now
    payment.failure_code = ""
    payment.save(update_fields=["state", "captured_amount", "captured_at", "failure_code", "reference"])
    _attempt(payment, PaymentAttempt.State.SUCCEEDED, message=note, now=now)
    amounts.refresh(order)
    ledger.book_capture(order, reference_id=payment.id, amount=payment.amount, now=now)
    tell(PaymentCaptured(**_of(order, payment, actor_id)))
    if order.state == OrderState.PENDING and order.captured_amount == order.total_amount:
        _confirm(order, actor_id=actor_id, now=now)
    if order.state == OrderState.CANCELLED:
        refunds.give_back(order, payment, payment.amount, reason="cancelled", now=now)
    elif above := min(amounts.surplus(order), payment.amount):
        refunds.give_back(order, payment, above, reason="paid_twice", now=now)
    if Payment.objects.filter(order=order, state__in=OPEN).exists():
        call_off_later(order)


def name(order: Order, payment: Payment, reference: str) -> None:
    """Write down the provider's name for a payment, in its turn; one that was called off before is called off there."""
    if payment.reference:
        return
    payment.reference = reference
    payment.save(update_fields=["reference"])
    if payment.state == State.CANCELLED:
        call_off_later(order)


def call_off_later(order: Order) -> None:
    """Have the open payments of an order called off at their providers, in the transaction of its turn."""
    enqueue(
        "orders.call_off_payments",
        {"organization_id": order.belongs_to, "order_id": order.id},
        organization_id=order.belongs_to,
    )


def _confirm(order: Order, *, actor_id: UUID | None, now: datetime) -> None:
    """That the money is here is written down even where the goods are not: then people decide."""
    try:
        with transaction.atomic():
            orders.confirm(order, actor_id=actor_id, now=now)
    except TenonError as refusal:
        logger.error("paid_order_not_confirmed", order=str(order.id), reason=refusal.code)  # noqa: TRY400 (no fault)
        order.refresh_from_db()


def _fits(payment: Payment, intent: Intent) -> bool:
    """Whether the provider took what we asked for, for this payment."""
    wanted = Money(payment.amount, payment.currency)
    return intent.received == intent.amount == wanted and intent.payment_id == str(payment.id)


def _wait(order: Order, payment: Payment, *, was_slow: bool, now: datetime) -> None:
    """Give the order the time that money on its way takes, or after that a day for another try."""
    is_slow = payment.state == State.PROCESSING
    if order.expires_at is not None and payment.state in OPEN and is_slow != was_slow:
        order.expires_at = now + (_SLOW if is_slow else _AGAIN)
        order.save(update_fields=["expires_at"])


def _follow(payment: Payment, state: IntentState) -> None:
    target = {
        IntentState.PROCESSING: State.PROCESSING,
        IntentState.CANCELLED: State.CANCELLED,
        IntentState.OPEN: State.FAILED if payment.failure_code else State.PENDING,
    }[state]
    if payment.state == target:
        return
    payment.state = target
    payment.save(update_fields=["state"])


def _note_mismatch(order: Order, payment: Payment, intent: Intent, *, now: datetime) -> None:
    """Nobody but people can say what it means: the order waits."""
    failure = Failure(
        reference=f"mismatch:{intent.reference}:{intent.received.amount}:{intent.received.currency}",
        code="amount_mismatch",
        message=f"The provider took {intent.received} {intent.received.currency}.",
    )
    logger.error("payment_mismatch", payment=str(payment.id), received=str(intent.received))
    _note_failure(order, payment, failure, now=now)


def _note_failure(order: Order, payment: Payment, failure: Failure, *, now: datetime) -> None:
    if payment.attempts.filter(reference=failure.reference).exists():
        return
    _attempt(payment, PaymentAttempt.State.FAILED, failure=failure, now=now)
    if payment.state not in OPEN:
        return
    payment.state, payment.failure_code = State.FAILED, failure.code[:100]
    payment.save(update_fields=["state", "failure_code"])
    if not order.captured_amount:
        order.payment_status = Order.PaymentStatus.FAILED
        order.save(update_fields=["payment_status"])
    tell(PaymentFailed(**_of(order, payment, None), failure_code=payment.failure_code))


def _attempt(payment: Payment, state: str, *, now: datetime, failure: Failure | None = None, message: str = "") -> None:
    PaymentAttempt.objects.create(
        payment=payment,
        number=payment.attempts.count() + 1,
        state=state,
        failure_code=failure.code[:100] if failure else "",
        message=(failure.message if failure else message)[:MESSAGE_LENGTH],
        reference=failure.reference if failure else "",
        happened_at=now,
    )


def _of(order: Order, payment: Payment, actor_id: UUID | None) -> dict[str, Any]:
    return {
        "organization_id": order.belongs_to,
        "actor_id": actor_id,
        "order_id": order.id,
        "number": order.number,
        "user_id": order.user_id,
        "payment_id": payment.id,
        "provider": payment.provider,
        "amount": payment.amount,
        "currency": payment.currency,
    }
