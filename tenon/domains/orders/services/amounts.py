"""What was taken and given back for an order follows from its payments and refunds."""

from typing import Any

from django.db.models import QuerySet, Sum

from tenon.domains.orders.models import Order, Payment, Refund

Status = Order.PaymentStatus


def surplus(order: Order) -> int:
    """What was taken above the total, as by two payments at once; it is given back whatever becomes of the order."""
    return max(0, _sum(Payment.objects.filter(order=order), "captured_amount") - order.total_amount)


def refresh(order: Order) -> None:
    """Write an order's amounts and payment status anew, in its turn. What was taken above its total does not show.

    A refund that is pending counts as given back, but changes the status only when it has succeeded.
    """
    payments = Payment.objects.filter(order=order)
    captured, reserved = _sum(payments, "captured_amount"), _sum(payments, "refunded_amount")
    returned = _sum(Refund.objects.filter(order=order, state=Refund.State.SUCCEEDED), "amount")
    above = max(0, captured - order.total_amount)
    order.captured_amount = captured - above
    order.refunded_amount = max(0, reserved - above)
    order.payment_status = _status(order, max(0, returned - above))
    order.save(update_fields=["captured_amount", "refunded_amount", "payment_status"])


def _status(order: Order, returned: int) -> str:
    if not order.captured_amount:
        return order.payment_status if order.payment_status == Status.FAILED else Status.PENDING
    if returned >= order.captured_amount:
        return Status.REFUNDED
    if returned:
        return Status.PARTIALLY_REFUNDED
    return Status.PAID if order.captured_amount >= order.total_amount else Status.PENDING


def _sum(rows: QuerySet[Any], column: str) -> int:
    found = rows.aggregate(total=Sum(column))["total"]
    return int(found or 0)
