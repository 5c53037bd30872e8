"""Whether the books are right: what is found wrong is said, order by order."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models import LedgerEntry, Order, Payment, Refund
from tenon.kernel.tenancy.scopes import system_scope

_UNSOLD = (OrderState.PENDING, OrderState.CANCELLED)
_EARNED = ("sales", "discounts", "shipping", "tax", "refunds")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be: which order, or which transaction, and what is wrong."""

    what: str
    id: UUID
    detail: str


def sellers() -> list[UUID]:
    """The organizations that have orders."""
    with system_scope(reason="the books of every organization are verified", read_only=True):
        return list(Order.objects.order_by("organization_id").values_list("organization_id", flat=True).distinct())


def faults() -> Iterator[Fault]:
    """What is wrong in the books of the scope's organization. Six queries, each grouped by the database."""
    yield from _unbalanced_transactions()
    yield from _mixed_currencies()
    yield from _cash()
    yield from _sales()
    yield from _over_refunded()


def _unbalanced_transactions() -> Iterator[Fault]:
    rows = LedgerEntry.objects.values("transaction_id").annotate(rest=Sum("amount")).exclude(rest=0)
    for row in rows.order_by("transaction_id"):
        yield Fault("transaction", row["transaction_id"], f"sums to {row['rest']} and not to zero")


def _mixed_currencies() -> Iterator[Fault]:
    rows = LedgerEntry.objects.exclude(currency=F("order__currency")).values_list("transaction_id", flat=True)
    for transaction_id in rows.order_by("transaction_id").distinct():
        yield Fault("transaction", transaction_id, "is in another currency than its order")


def _cash() -> Iterator[Fault]:
    """Cash is what was captured less what was given back."""
    booked = dict(
        LedgerEntry.objects.filter(account="cash").values_list("order").annotate(Sum("amount")).order_by("order")
    )
    taken = dict(Payment.objects.values_list("order").annotate(Sum("captured_amount")).order_by("order"))
    given = dict(
        Refund.objects.filter(state="succeeded").values_list("order").annotate(Sum("amount")).order_by("order")
    )
    for order_id in sorted({*booked, *taken, *given}):
        should = taken.get(order_id, 0) - given.get(order_id, 0)
        if booked.get(order_id, 0) != should:
            yield Fault("order", order_id, f"has {booked.get(order_id, 0)} in cash and should have {should}")


def _sales() -> Iterator[Fault]:
    """Orders that stand have earned their total, others nothing."""
    earned = Coalesce(Sum("amount", filter=Q(account__in=[each for each in _EARNED if each != "refunds"])), 0)
    booked = dict(LedgerEntry.objects.values_list("order").annotate(earned=earned).order_by("order"))
    for order_id, state, total in Order.objects.values_list("id", "state", "total_amount").order_by("id").iterator():
        should = 0 if state in _UNSOLD else -total
        if booked.get(order_id, 0) != should:
            yield Fault("order", order_id, f"has earned {-booked.get(order_id, 0)} and should have {-should}")


def _over_refunded() -> Iterator[Fault]:
    for order_id in Order.objects.filter(refunded_amount__gt=F("captured_amount")).values_list("id", flat=True):
        yield Fault("order", order_id, "has given back more than was taken")
