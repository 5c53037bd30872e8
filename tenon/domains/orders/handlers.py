"""What follows from what happened to orders."""

from tenon.domains.orders import policies
from tenon.domains.orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderEvent,
    OrderPlaced,
    OrderShipped,
    PaymentRefunded,
)
from tenon.domains.orders.services import letters
from tenon.kernel.errors import NotFound
from tenon.kernel.money import Money
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.outbox.registry import subscribe
from tenon.platform.notifications.policies import NotificationType


@subscribe(OrderCancelled, in_transaction=True)
def settle_payments(event: OrderCancelled) -> None:
    """Nobody pays for an order that is called off, and who has paid gets their money back."""
    payload = {"organization_id": event.organization_id, "order_id": event.order_id}
    enqueue("orders.call_off_payments", payload, organization_id=event.organization_id)


@subscribe(OrderPlaced)
def tell_of_order(event: OrderPlaced) -> None:
    total = Money(event.total_amount, event.currency)
    _tell(event, policies.PLACED, total=f"{total} {total.currency}")


@subscribe(OrderConfirmed)
def tell_of_confirmation(event: OrderConfirmed) -> None:
    _tell(event, policies.CONFIRMED)


@subscribe(OrderShipped)
def tell_of_parcel(event: OrderShipped) -> None:
    _tell(event, policies.SHIPPED, tracking=" ".join(filter(None, [event.carrier, event.tracking_number])))


@subscribe(OrderDelivered)
def tell_of_arrival(event: OrderDelivered) -> None:
    _tell(event, policies.DELIVERED)


@subscribe(OrderCancelled)
def tell_of_cancellation(event: OrderCancelled) -> None:
    _tell(event, policies.CANCELLED, reason=event.reason)


@subscribe(PaymentRefunded)
def tell_of_refund(event: PaymentRefunded) -> None:
    amount = Money(event.amount, event.currency)
    _tell(event, policies.REFUNDED, amount=f"{amount} {amount.currency}")


def _tell(event: OrderEvent, kind: NotificationType, **values: str) -> None:
    try:
        letters.tell(organization_id=event.organization_id, order_id=event.order_id, kind=kind, values=values)
    except NotFound:  # the organization was closed meanwhile
        return
