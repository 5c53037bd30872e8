"""The states of an order and the steps between them, as one table."""

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    """How far an order has come."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


STEPS: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.PENDING: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED}),
    OrderState.CONFIRMED: frozenset({OrderState.PROCESSING, OrderState.CANCELLED}),
    OrderState.PROCESSING: frozenset({OrderState.SHIPPED, OrderState.CANCELLED}),
    OrderState.SHIPPED: frozenset({OrderState.DELIVERED}),
    OrderState.DELIVERED: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELLED: frozenset(),
    OrderState.REFUNDED: frozenset(),
}

CANCELLED_BY_CUSTOMER = frozenset({OrderState.PENDING, OrderState.CONFIRMED})
"""Until when a customer may cancel: then it is being packed."""


def leads(source: str, target: str) -> bool:
    """Whether there is a step from one state to the other."""
    return target in STEPS[OrderState(source)]
