"""How amounts, states and moments are written on the pages of orders."""

from datetime import datetime
from typing import Any

from django.template.defaultfilters import date
from django.utils import timezone

from tenon.domains.orders.models import Order, Payment
from tenon.kernel.money import Money

NOTHING = "–"
STATES = {
    "Pending": "info",
    "Confirmed": "info",
    "Processing": "warning",
    "Shipped": "primary",
    "Delivered": "success",
    "Cancelled": "danger",
    "Refunded": "danger",
}
PAYMENT_STATUSES = {
    Order.PaymentStatus.PENDING.label: "info",
    Order.PaymentStatus.PAID.label: "success",
    Order.PaymentStatus.FAILED.label: "danger",
    Order.PaymentStatus.REFUNDED.label: "warning",
    Order.PaymentStatus.PARTIALLY_REFUNDED.label: "warning",
}
PAYMENT_STATES = {
    Payment.State.PENDING.label: "info",
    Payment.State.PROCESSING.label: "info",
    Payment.State.CAPTURED.label: "success",
    Payment.State.FAILED.label: "danger",
    Payment.State.CANCELLED.label: "warning",
}


def amount(value: int | None, currency: str) -> str:
    """An amount with its currency."""
    return NOTHING if value is None else f"{Money(value, currency)} {currency}"


def moment(at: datetime | None) -> str:
    """A moment, as the portal's other pages write it."""
    return NOTHING if at is None else date(timezone.localtime(at), "DATETIME_FORMAT")


def lines(address: dict[str, Any]) -> str:
    """An address on one line."""
    names = ("full_name", "line1", "line2", "postal_code", "city", "region", "country", "phone", "email")
    return ", ".join(str(address[name]) for name in names if address.get(name)) or NOTHING


def text(value: Any) -> str:
    """What there is, or a dash."""
    return str(value) if value not in {None, ""} else NOTHING
