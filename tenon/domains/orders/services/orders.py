"""The way of an order: confirmed, packed, delivered, or called off."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.orders import policies
from tenon.domains.orders.engines.states import CANCELLED_BY_CUSTOMER, OrderState
from tenon.domains.orders.errors import PartlySent, PaymentOutstanding, TooLateToCancel
from tenon.domains.orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderProcessing,
)
from tenon.domains.orders.models import Order, OrderItem, Shipment
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services import coupons, ledger
from tenon.domains.orders.services.turns import move, order_turn, require_step, tell
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried

Precondition = Callable[[Order], None]

_BY_HAND = {Order.PaymentMethod.BANK_TRANSFER, Order.PaymentMethod.CASH_ON_DELIVERY}


def anything(order: Order) -> None:
    """The precondition of those who have none."""


def confirm(order: Order, *, actor_id: UUID | None, now: datetime) -> None:
    """Sell what an order in its turn has reserved: it is paid, or will be. Raises WrongState."""
    require_step(order, OrderState.CONFIRMED)
    stock.commit(reference=order.id, now=now, actor_id=actor_id)
    ledger.book_sale(order, now=now)
    order.expires_at = None
    move(order, OrderState.CONFIRMED, actor_id=actor_id, now=now, also=("expires_at",))
    tell(OrderConfirmed(order.belongs_to, actor_id, order.id, order.number, order.user_id))


@retried
def confirm_by_hand(
    *, principal: Principal, order_id: UUID, now: datetime, precondition: Precondition = anything
) -> UUID:
    """Confirm an order that no provider confirms. Raises Forbidden, NotFound, WrongState, PaymentOutstanding."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        precondition(order)
        require_step(order, OrderState.CONFIRMED)
        if order.payment_method not in _BY_HAND and order.captured_amount < order.total_amount:
            raise PaymentOutstanding
        confirm(order, actor_id=principal.id, now=now)
        return order.id


@retried
def process(*, principal: Principal, order_id: UUID, now: datetime, precondition: Precondition = anything) -> UUID:
    """Say that an order is being packed. Raises Forbidden, NotFound, WrongState."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        precondition(order)
        begin_packing(order, actor_id=principal.id, now=now)
        return order.id


def begin_packing(order: Order, *, actor_id: UUID | None, now: datetime) -> None:
    """From now on the customer cannot cancel the order in its turn. Raises WrongState."""
    move(order, OrderState.PROCESSING, actor_id=actor_id, now=now)
    tell(OrderProcessing(order.belongs_to, actor_id, order.id, order.number, order.user_id))


@retried
def deliver(*, principal: Principal, order_id: UUID, now: datetime, precondition: Precondition = anything) -> UUID:
    """Say that all parcels of an order have arrived. Raises Forbidden, NotFound, WrongState."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        precondition(order)
        require_step(order, OrderState.DELIVERED)
        Shipment.objects.filter(order=order, state=Shipment.State.SHIPPED).update(
            state=Shipment.State.DELIVERED, delivered_at=now
        )
        arrive(order, actor_id=principal.id, now=now)
        return order.id


def arrive(order: Order, *, actor_id: UUID | None, now: datetime) -> None:
    """Everything of the order in its turn is with the customer. Raises WrongState."""
    move(order, OrderState.DELIVERED, actor_id=actor_id, now=now)
    products = OrderItem.objects.filter(order=order).order_by("position").values_list("product_id", flat=True)
    happened = (order.belongs_to, actor_id, order.id, order.number, order.user_id)
    tell(OrderDelivered(*happened, product_ids=tuple(dict.fromkeys(products))))


@retried
def cancel(
    *,
    shopper: Shopper,
    organization_id: UUID,
    order_id: UUID,
    now: datetime,
    reason: str = "",
    precondition: Precondition = anything,
) -> UUID:
    """Call an order off: customers their own while it is not packed, the seller's people until it is sent.

    Raises NotFound, Forbidden, TooLateToCancel, WrongState, PartlySent.
    """
    with order_turn(organization_id, order_id) as order:
        for_seller = policies.require_mover(shopper, order_id=order.id, user_id=order.user_id)
        precondition(order)
        if not for_seller and order.state not in CANCELLED_BY_CUSTOMER:
            raise TooLateToCancel
        cause = "staff" if for_seller and not shopper.owns(order_id=order.id, user_id=order.user_id) else "customer"
        call_off(order, cause=cause, reason=reason, actor_id=shopper.principal.id, now=now)
        return order.id


def call_off(order: Order, *, cause: str, reason: str, actor_id: UUID | None, now: datetime) -> None:
    """Cancel the order in its turn: goods, coupon and books are as if it had not been. Raises WrongState, PartlySent.

    What was paid for it is owed to the customer, which `payments` looks after when it hears of it.
    """
    require_step(order, OrderState.CANCELLED)
    if order.state == OrderState.PENDING:
        stock.release(reference=order.id, now=now)
    else:
        _put_back(order, actor_id=actor_id, now=now)
    if order.coupon_code:
        coupons.give_back(order_id=order.id)
    ledger.book_cancellation(order, now=now)
    order.expires_at = None
    move(order, OrderState.CANCELLED, actor_id=actor_id, now=now, reason=reason, also=("expires_at",))
    tell(OrderCancelled(order.belongs_to, actor_id, order.id, order.number, order.user_id, cause, reason))


def _put_back(order: Order, *, actor_id: UUID | None, now: datetime) -> None:
    rows = OrderItem.objects.filter(order=order).values_list("product_id", "variant_id", "quantity", "shipped_quantity")
    found = list(rows.order_by("position"))
    if any(sent for *_, sent in found):
        raise PartlySent
    lines = [StockLine(product_id, variant_id, quantity) for product_id, variant_id, quantity, _ in found]
    stock.put_back(lines=lines, reference=order.id, now=now, actor_id=actor_id)
