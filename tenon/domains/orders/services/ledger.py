"""The books of orders: each change of what is owed or held is a transaction of two sides or more, which sum to zero.

A sale is booked when the order is confirmed, a capture when the money is taken, a refund when it is given back. When an
order is cancelled, all that was earned by it is booked back: what was paid for it is then owed to the customer, as is
what was paid twice.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models import LedgerEntry, Order, OrderItem
from tenon.kernel.ids import new_id

Account, Kind = LedgerEntry.Account, LedgerEntry.Kind
_EARNINGS = (Account.SALES, Account.DISCOUNTS, Account.SHIPPING, Account.TAX, Account.REFUNDS)


def book_sale(order: Order, *, now: datetime) -> None:
    """The customer owes the total. Where prices contain the taxes, the earnings are booked without them."""
    contained, on_sending = (order.tax_amount, order.shipping_tax_amount) if order.tax_inclusive else (0, 0)
    sides = {
        Account.RECEIVABLE: order.total_amount,
        Account.DISCOUNTS: order.discount_amount,
        Account.SALES: -(order.subtotal_amount - (contained - on_sending)),
        Account.SHIPPING: -(order.shipping_amount - on_sending),
        Account.TAX: -order.tax_amount,
    }
    _book(order, Kind.SALE, order.id, sides, units=_pieces(order), now=now)


def book_capture(order: Order, *, reference_id: UUID, amount: int, now: datetime) -> None:
    """`amount` was taken, by the payment `reference_id`."""
    _book(order, Kind.CAPTURE, reference_id, {Account.CASH: amount, Account.RECEIVABLE: -amount}, now=now)


def book_refund(order: Order, *, reference_id: UUID, amount: int, now: datetime) -> None:
    """`amount` was given back, by the refund `reference_id`: first what is owed to the customer; the rest is lost."""
    owed = amount if order.state == OrderState.CANCELLED else min(amount, _surplus(order))
    sides = {Account.RECEIVABLE: owed, Account.REFUNDS: amount - owed, Account.CASH: -amount}
    _book(order, Kind.REFUND, reference_id, sides, now=now)


def book_returned_refund(order: Order, *, refund_id: UUID, reference_id: UUID, now: datetime) -> None:
    """What a refund had given back has come back from the customer's bank, and is booked back."""
    entries = LedgerEntry.objects.filter(order=order, kind=Kind.REFUND, reference_id=refund_id)
    sides: Counter[LedgerEntry.Account] = Counter()
    for account, amount in entries.values_list("account", "amount"):
        # Nothing is lost by an order that was cancelled meanwhile: all that it holds is owed.
        is_owed = order.state == OrderState.CANCELLED and account == Account.REFUNDS
        sides[Account.RECEIVABLE if is_owed else Account(account)] -= amount
    _book(order, Kind.REFUND, reference_id, sides, now=now)


def book_cancellation(order: Order, *, now: datetime) -> None:
    """What the order has earned is booked back against what the customer owes; nothing where nothing was booked."""
    earned = balances(order.id)
    if not earned:
        return
    sides = {Account(account): -earned.get(account, 0) for account in _EARNINGS}
    sides[Account.RECEIVABLE] = -sum(sides.values())
    _book(order, Kind.CANCELLATION, order.id, sides, units=-_pieces(order), now=now)


def balances(order_id: UUID) -> Mapping[str, int]:
    """What stands on each account of an order, by account, in the scope."""
    rows = LedgerEntry.objects.filter(order=order_id).values_list("account").annotate(balance=Sum("amount"))
    return {account: int(balance) for account, balance in rows.order_by("account")}


def _pieces(order: Order) -> int:
    found = OrderItem.objects.filter(order=order).aggregate(pieces=Sum("quantity"))["pieces"]
    return int(found or 0)


def _surplus(order: Order) -> int:
    """What the customer has paid above what the order costs, which is booked when it is confirmed."""
    not_booked_yet = order.total_amount if order.state == OrderState.PENDING else 0
    return max(0, -balances(order.id).get(Account.RECEIVABLE, 0) - not_booked_yet)


def _book(
    order: Order,
    kind: str,
    reference_id: UUID,
    sides: Mapping[LedgerEntry.Account, int],
    *,
    units: int = 0,
    now: datetime,
) -> None:
    if sum(sides.values()):
        raise AssertionError(f"{kind} of {order.number}: the sides do not sum to zero.")
    transaction_id = new_id()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            order=order,
            transaction_id=transaction_id,
            kind=kind,
            reference_id=reference_id,
            account=account,
            currency=order.currency,
            amount=amount,
            units=units if account == Account.SALES else 0,
            booked_at=now,
        )
        for account, amount in sides.items()
        if amount
    )
