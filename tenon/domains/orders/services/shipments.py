"""Parcels: what is sent together, where it is, and when it has arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from tenon.domains.orders import policies
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.errors import NotThatMany
from tenon.domains.orders.events import OrderShipped, TrackingChanged
from tenon.domains.orders.models import Order, OrderItem, Shipment, ShipmentItem
from tenon.domains.orders.services.orders import Precondition, anything, arrive, begin_packing
from tenon.domains.orders.services.turns import locked, move, order_turn, tell, touch, wrong_state
from tenon.kernel.errors import FieldError, Invalid, NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried


@dataclass(frozen=True, slots=True)
class Parcel:
    """Who carries it, and by which number it is found."""

    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """So many of a line of an order."""

    item_id: UUID
    quantity: int


@retried
def ship(
    *,
    principal: Principal,
    order_id: UUID,
    parcel: Parcel,
    portions: Sequence[Portion] | None = None,
    now: datetime,
    precondition: Precondition = anything,
) -> UUID | None:
    """Send a part of an order, or with no `portions` all that is left. Returns the shipment's id.

    There is none where nothing of the order is sent at all, as with downloads. When nothing is left the order is
    shipped. Raises Forbidden, NotFound, WrongState, NotThatMany, Invalid.
    """
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        precondition(order)
        if order.state == OrderState.CONFIRMED:
            begin_packing(order, actor_id=principal.id, now=now)
        if order.state != OrderState.PROCESSING:
            raise wrong_state(order)
        items = {item.id: item for item in OrderItem.objects.filter(order=order).order_by("position")}
        wanted = _all_left(items) if portions is None else _checked(items, portions)
        shipment = _send(order, parcel, wanted, now=now) if wanted else None
        left = _left(items) - sum(wanted.values())
        if left == 0:
            move(order, OrderState.SHIPPED, actor_id=principal.id, now=now)
        else:
            touch(order)
        if shipment is not None:
            happened = (order.belongs_to, principal.id, order.id, order.number, order.user_id)
            tell(OrderShipped(*happened, shipment.id, parcel.carrier, parcel.tracking_number, complete=left == 0))
        return shipment.id if shipment else None


@retried
def track(
    *, principal: Principal, order_id: UUID, parcel: Parcel, now: datetime, shipment_id: UUID | None = None
) -> UUID:
    """Say where a parcel, or the last one of the order, is to be found; an order of which none was sent is sent.

    Returns the shipment's id. Raises Forbidden, NotFound, WrongState.
    """
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        parcels = Shipment.objects.filter(order=order)
        found = (parcels.filter(pk=shipment_id) if shipment_id else parcels.order_by("-number")).first()
        if found is None:
            made = None if shipment_id else ship(principal=principal, order_id=order_id, parcel=parcel, now=now)
            if made is None:
                raise NotFound
            return made
        before = found.carrier, found.tracking_number, found.tracking_url
        found.carrier = parcel.carrier or found.carrier
        found.tracking_number = parcel.tracking_number
        found.tracking_url = parcel.tracking_url or found.tracking_url
        if (found.carrier, found.tracking_number, found.tracking_url) == before:
            return found.id  # said before: nobody is written to twice
        found.save(update_fields=["carrier", "tracking_number", "tracking_url"])
        touch(order)
        happened = (order.belongs_to, principal.id, order.id, order.number, order.user_id)
        tell(TrackingChanged(*happened, found.id, found.carrier, found.tracking_number))
        return found.id


@retried
def receive(*, principal: Principal, order_id: UUID, shipment_id: UUID, now: datetime) -> None:
    """Say that a parcel has arrived; with the last one of a shipped order the order has. Raises Forbidden, NotFound."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        parcel = locked(Shipment.objects.filter(order=order, pk=shipment_id)).first()
        if parcel is None:
            raise NotFound
        if parcel.state == Shipment.State.DELIVERED:
            return
        parcel.state, parcel.delivered_at = Shipment.State.DELIVERED, now
        parcel.save(update_fields=["state", "delivered_at"])
        under_way = Shipment.objects.filter(order=order, state=Shipment.State.SHIPPED).exists()
        if order.state == OrderState.SHIPPED and not under_way:
            arrive(order, actor_id=principal.id, now=now)
        else:
            touch(order)


def _send(order: Order, parcel: Parcel, wanted: Mapping[UUID, int], *, now: datetime) -> Shipment:
    shipment = Shipment.objects.create(
        order=order,
        number=Shipment.objects.filter(order=order).count() + 1,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
        shipped_at=now,
    )
    ShipmentItem.objects.bulk_create(
        ShipmentItem(shipment=shipment, order_item_id=item_id, quantity=quantity)
        for item_id, quantity in wanted.items()
    )
    add_up("shipped_quantity", wanted)
    return shipment


def add_up(column: str, portions: Mapping[UUID, int]) -> None:
    """Count portions of lines in one of their counters: one statement for each quantity that there is."""
    for quantity in sorted(set(portions.values())):
        ids = [item_id for item_id, each in portions.items() if each == quantity]
        OrderItem.objects.filter(pk__in=ids).update(**{column: F(column) + quantity})


def _left(items: Mapping[UUID, OrderItem]) -> int:
    return sum(_all_left(items).values())


def _all_left(items: Mapping[UUID, OrderItem]) -> dict[UUID, int]:
    left = {item.id: item.quantity - item.shipped_quantity for item in items.values() if item.requires_shipping}
    return {item_id: quantity for item_id, quantity in left.items() if quantity}


def _checked(items: Mapping[UUID, OrderItem], portions: Sequence[Portion]) -> dict[UUID, int]:
    left = _all_left(items)
    wanted: dict[UUID, int] = {}
    for position, portion in enumerate(portions):
        if portion.item_id not in items or portion.item_id in wanted:
            fault = FieldError(f"/items/{position}/item_id", "not_found", _("This is no line of the order."))
            raise Invalid(errors=[fault])
        if portion.quantity > left.get(portion.item_id, 0):
            raise NotThatMany(extra={"item_id": str(portion.item_id), "left": left.get(portion.item_id, 0)})
        wanted[portion.item_id] = portion.quantity
    return wanted
