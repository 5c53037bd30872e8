"""Reading payments and refunds of an order."""

from collections import defaultdict
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.domains.orders.models import LedgerEntry, Order, Payment, PaymentAttempt, Refund
from tenon.kernel.errors import NotFound
from tenon.kernel.money import Money


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One try: when, and how it ended."""

    number: int
    state: str
    failure_code: str
    message: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What is known of a payment, but for what lets somebody pay it."""

    id: UUID
    order_id: UUID
    provider: str
    method: str
    state: str
    currency: str
    amount: int
    captured_amount: int
    refunded_amount: int
    reference: str | None
    failure_code: str
    captured_at: datetime | None
    created_at: datetime
    attempts: tuple[AttemptFacts, ...] = ()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """What is known of a refund."""

    id: UUID
    order_id: UUID
    payment_id: UUID
    state: str
    currency: str
    amount: int
    reason: str
    failure_code: str
    settled_at: datetime | None
    created_at: datetime

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class BookedFacts:
    """One side of a transaction in the books: debits are positive."""

    transaction_id: UUID
    kind: str
    account: str
    amount: int
    booked_at: datetime


_PAYMENT = [each.name for each in fields(PaymentFacts) if each.name != "attempts"]
_REFUND = [each.name for each in fields(RefundFacts)]
_ATTEMPT = [each.name for each in fields(AttemptFacts)]


def payment_facts(payment_id: UUID) -> PaymentFacts:
    """A payment of the scope with its attempts. Raises NotFound. Two queries."""
    row = Payment.objects.filter(pk=payment_id).values(*_PAYMENT).first()
    if row is None:
        raise NotFound
    return _with_attempts([PaymentFacts(**row)])[0]


def payments_of(order_id: UUID) -> list[PaymentFacts]:
    """The payments of an order in the scope, with their attempts, the first one first. Two queries."""
    rows = Payment.objects.filter(order=order_id).order_by("created_at", "id").values(*_PAYMENT)
    return _with_attempts([PaymentFacts(**row) for row in rows])


def refund_facts(refund_id: UUID) -> RefundFacts:
    """A refund of the scope. Raises NotFound."""
    row = Refund.objects.filter(pk=refund_id).values(*_REFUND).first()
    if row is None:
        raise NotFound
    return RefundFacts(**row)


def refunds_of(order_id: UUID) -> list[RefundFacts]:
    """The refunds of an order in the scope, the first one first."""
    rows = Refund.objects.filter(order=order_id).order_by("created_at", "id").values(*_REFUND)
    return [RefundFacts(**row) for row in rows]


def booked(order_id: UUID) -> list[BookedFacts]:
    """What is booked for an order in the scope, in order."""
    rows = LedgerEntry.objects.filter(order=order_id).order_by("booked_at", "transaction_id", "account")
    return [BookedFacts(*row) for row in rows.values_list(*[each.name for each in fields(BookedFacts)])]


def currency_of(order_id: UUID) -> str:
    """The currency of an order of the scope. Raises NotFound."""
    found = Order.objects.filter(pk=order_id).values_list("currency", flat=True).first()
    if found is None:
        raise NotFound
    return found


def _with_attempts(payments: list[PaymentFacts]) -> list[PaymentFacts]:
    tries: defaultdict[Any, list[AttemptFacts]] = defaultdict(list)
    rows = PaymentAttempt.objects.filter(payment__in=[each.id for each in payments]).order_by("payment", "number")
    for payment_id, *values in rows.values_list("payment_id", *_ATTEMPT):
        tries[payment_id].append(AttemptFacts(*values))
    return [replace(each, attempts=tuple(tries[each.id])) for each in payments]
