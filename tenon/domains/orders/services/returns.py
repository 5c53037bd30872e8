"""Goods that come back: asked for by customers, decided and received by staff. Money is given back apart."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.orders import policies
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.errors import NotDeliveredYet, NotThatMany, OutOfSequence
from tenon.domains.orders.events import ReturnApproved, ReturnReceived, ReturnRejected, ReturnRequested
from tenon.domains.orders.models import Order, OrderItem, Return, ReturnItem
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services.shipments import Portion, add_up
from tenon.domains.orders.services.turns import order_turn, tell, touch
from tenon.kernel.errors import FieldError, Invalid, NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried

_ARRIVED = {OrderState.DELIVERED, OrderState.REFUNDED}
_OPEN = (Return.State.REQUESTED, Return.State.APPROVED)


@retried
def request(
    *,
    shopper: Shopper,
    organization_id: UUID,
    order_id: UUID,
    portions: Sequence[Portion],
    reason: str,
    now: datetime,
) -> UUID:
    """Ask to send lines of a delivered order back. Returns the return's id.

    Raises NotFound, Forbidden, NotDeliveredYet, NotThatMany, Invalid.
    """
    with order_turn(organization_id, order_id) as order:
        policies.require_mover(shopper, order_id=order.id, user_id=order.user_id)
        if order.state not in _ARRIVED:
            raise NotDeliveredYet
        _check(order, portions)
        made = Return.objects.create(
            order=order,
            number=Return.objects.filter(order=order).count() + 1,
            reason=reason,
            requested_by_id=shopper.principal.id,
        )
        ReturnItem.objects.bulk_create(
            ReturnItem(of_return=made, order_item_id=portion.item_id, quantity=portion.quantity) for portion in portions
        )
        actor_id = shopper.principal.id
        tell(ReturnRequested(order.belongs_to, actor_id, order.id, order.number, order.user_id, made.id))
        return made.id


@retried
def decide(*, principal: Principal, order_id: UUID, return_id: UUID, approved: bool, now: datetime) -> None:
    """Approve a return or reject it. Raises Forbidden, NotFound, OutOfSequence."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        found = _find(order, return_id, Return.State.REQUESTED)
        found.state = Return.State.APPROVED if approved else Return.State.REJECTED
        found.decided_at = now
        found.save(update_fields=["state", "decided_at"])
        happened = (order.belongs_to, principal.id, order.id, order.number, order.user_id, found.id)
        tell(ReturnApproved(*happened) if approved else ReturnRejected(*happened))


@retried
def receive(
    *, principal: Principal, order_id: UUID, return_id: UUID, damaged: Sequence[UUID] = (), now: datetime
) -> None:
    """Take goods back into stock, but for the lines among `damaged`. Raises Forbidden, NotFound, OutOfSequence."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        found = _find(order, return_id, Return.State.APPROVED)
        rows = ReturnItem.objects.filter(of_return=found).select_related("order_item").order_by("id")
        items = list(rows)
        ReturnItem.objects.filter(of_return=found, order_item__in=list(damaged)).update(restock=False)
        touch(order)
        add_up("returned_quantity", {item.order_item_id: item.quantity for item in items})
        lines = [
            StockLine(item.order_item.product_id, item.order_item.variant_id, item.quantity)
            for item in items
            if item.order_item_id not in set(damaged)
        ]
        if lines:
            stock.put_back(lines=lines, reference=found.id, now=now, actor_id=principal.id)
        found.state, found.received_at = Return.State.RECEIVED, now
        found.save(update_fields=["state", "received_at"])
        tell(ReturnReceived(order.belongs_to, principal.id, order.id, order.number, order.user_id, found.id))


def _check(order: Order, portions: Sequence[Portion]) -> None:
    """Whether so many of each line can still come back: those that did, and those that are asked for, cannot."""
    open_ones = ReturnItem.objects.filter(of_return__order=order, of_return__state__in=_OPEN).values_list("order_item")
    asked = dict(open_ones.annotate(Sum("quantity")).order_by("order_item"))
    rows = OrderItem.objects.filter(order=order).values_list("id", "quantity", "returned_quantity")
    left = {item_id: quantity - back - asked.get(item_id, 0) for item_id, quantity, back in rows}
    seen: set[UUID] = set()
    for position, portion in enumerate(portions):
        if portion.item_id not in left or portion.item_id in seen:
            fault = FieldError(f"/items/{position}/item_id", "not_found", _("This is no line of the order."))
            raise Invalid(errors=[fault])
        if portion.quantity > left[portion.item_id]:
            raise NotThatMany(extra={"item_id": str(portion.item_id), "left": left[portion.item_id]})
        seen.add(portion.item_id)


def _find(order: Order, return_id: UUID, state: Return.State) -> Return:
    found = Return.objects.filter(order=order, pk=return_id).first()
    if found is None:
        raise NotFound
    if found.state != state:
        raise OutOfSequence(extra={"status": found.state})
    return found
