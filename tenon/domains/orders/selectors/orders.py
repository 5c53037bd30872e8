"""Reading orders: lists as values, one order with its lines and parcels."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from tenon.domains.orders import policies
from tenon.domains.orders.models import (
    Order,
    OrderItem,
    OrderNote,
    OrderTransition,
    Return,
    ReturnItem,
    Shipment,
    ShipmentItem,
)
from tenon.domains.orders.policies import Shopper
from tenon.kernel.errors import NotFound
from tenon.kernel.tenancy.scopes import organization_scope

AMOUNTS = ("subtotal", "discount", "shipping", "tax", "total", "captured", "refunded")
_ORDER = (
    "id",
    "number",
    "user_id",
    "email",
    "state",
    "payment_status",
    "payment_method",
    "currency",
    *(f"{name}_amount" for name in AMOUNTS),
    "tax_inclusive",
    "coupon_code",
    "shipping_method_code",
    "shipping_method_name",
    "placed_at",
    "expires_at",
    "updated_at",
    "version",
)
_MORE = ("shipping_address", "billing_address", "customer_note", "taxes")
_ITEM = (
    "id",
    "product_id",
    "variant_id",
    "name",
    "variant_name",
    "sku",
    "attributes",
    "image_file_id",
    "requires_shipping",
    "quantity",
    "unit_price_amount",
    "subtotal_amount",
    "discount_amount",
    "tax_amount",
    "total_amount",
    "shipped_quantity",
    "returned_quantity",
)
_SHIPMENT = ("id", "number", "state", "carrier", "tracking_number", "tracking_url", "shipped_at", "delivered_at")
_RETURN = ("id", "number", "state", "reason", "created_at", "decided_at", "received_at")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OrderNumbers:
    """How many orders there are, by state, and when one last changed."""

    total: int
    by_state: Mapping[str, int]
    last_placed_at: datetime | None


def orders() -> QuerySet[Order, Any]:
    """The orders of the scope's organization, as values."""
    rows: QuerySet[Order, Any] = Order.objects.values(*_ORDER)
    return rows


def orders_of(shopper: Shopper) -> QuerySet[Order, Any]:
    """The orders that they are shown in a list: all for those with the seller's word, else their own."""
    return orders() if policies.may_read(shopper.principal) else my_orders(shopper)


def my_orders(shopper: Shopper) -> QuerySet[Order, Any]:
    """The orders that they placed themselves; a guest's is the one that their token is for."""
    if shopper.principal.id is not None:
        return orders().filter(user=shopper.principal.id)
    rows: QuerySet[Order, Any] = orders().filter(user__isnull=True)
    return rows.filter(pk=shopper.guest_order_id) if shopper.guest_order_id else rows.none()


def order(*, shopper: Shopper, organization_id: UUID, order_id: UUID) -> Row:
    """An order with its lines and parcels, for whoever may see it. Raises NotFound. Four queries."""
    with organization_scope(organization_id, read_only=True):
        return order_in_scope(order_id, shopper=shopper)


def order_in_scope(order_id: UUID, *, shopper: Shopper | None = None) -> Row:
    """The same in the open scope; without a `shopper` for anybody. Raises NotFound."""
    found = Order.objects.filter(pk=order_id).values(*_ORDER, *_MORE).first()
    if found is None:
        raise NotFound
    if shopper is not None and not policies.can_see(shopper, order_id=order_id, user_id=found["user_id"]):
        raise NotFound
    items = list(OrderItem.objects.filter(order=order_id).order_by("position").values(*_ITEM))
    return {**found, "items": items, "shipments": shipments_in_scope(order_id)}


def require_visible(*, shopper: Shopper, order_id: UUID) -> None:
    """Raises NotFound unless there is such an order in the scope, and they may see it."""
    found = Order.objects.filter(pk=order_id).values_list("user_id").first()
    if found is None or not policies.can_see(shopper, order_id=order_id, user_id=found[0]):
        raise NotFound


def shipments_in_scope(order_id: UUID) -> list[Row]:
    """The parcels of an order with what is in them. Two queries, one where there is none."""
    rows = list(Shipment.objects.filter(order=order_id).order_by("number").values(*_SHIPMENT))
    within = _by("shipment_id", ShipmentItem.objects.filter(shipment__order=order_id)) if rows else {}
    return [{**row, "items": within.get(row["id"], [])} for row in rows]


def returns_in_scope(order_id: UUID) -> list[Row]:
    """The returns of an order with what is in them. Two queries, one where there is none."""
    rows = list(Return.objects.filter(order=order_id).order_by("number").values(*_RETURN))
    within = _by("of_return_id", ReturnItem.objects.filter(of_return__order=order_id)) if rows else {}
    return [{**row, "items": within.get(row["id"], [])} for row in rows]


def shipments(*, shopper: Shopper, organization_id: UUID, order_id: UUID) -> list[Row]:
    """The parcels of an order, for whoever may see it. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        require_visible(shopper=shopper, order_id=order_id)
        return shipments_in_scope(order_id)


def returns(*, shopper: Shopper, organization_id: UUID, order_id: UUID) -> list[Row]:
    """The returns of an order, for whoever may see it. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        require_visible(shopper=shopper, order_id=order_id)
        return returns_in_scope(order_id)


def transitions(*, shopper: Shopper, organization_id: UUID, order_id: UUID) -> list[Row]:
    """The steps that an order has taken, in order, for whoever may see it. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        require_visible(shopper=shopper, order_id=order_id)
        rows: QuerySet[Any, Any] = OrderTransition.objects.filter(order=order_id).order_by("number")
        return list(rows.values("source", "target", "reason", "actor_id", "happened_at"))


def notes(*, organization_id: UUID, order_id: UUID) -> list[Row]:
    """What staff wrote down about an order. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        if not Order.objects.filter(pk=order_id).exists():
            raise NotFound
        rows: QuerySet[Any, Any] = OrderNote.objects.filter(order=order_id).order_by("created_at", "id")
        return list(rows.values("id", "author_id", "body", "created_at"))


def numbers(*, shopper: Shopper, organization_id: UUID) -> OrderNumbers:
    """How many orders there are among those that they are shown. One query."""
    with organization_scope(organization_id, read_only=True):
        rows = orders_of(shopper).order_by().values("state").annotate(many=Count("pk"), last=Max("placed_at"))
        found = list(rows)
    times = [row["last"] for row in found]
    return OrderNumbers(
        total=sum(row["many"] for row in found),
        by_state={row["state"]: row["many"] for row in sorted(found, key=lambda row: row["state"])},
        last_placed_at=max(times) if times else None,
    )


def shipment_of(order_id: UUID, shipment_id: UUID) -> Row:
    """One parcel in the open scope. Raises NotFound."""
    return _one(shipments_in_scope(order_id), shipment_id)


def return_of(order_id: UUID, return_id: UUID) -> Row:
    """One return in the open scope. Raises NotFound."""
    return _one(returns_in_scope(order_id), return_id)


def _one(rows: list[Row], row_id: UUID) -> Row:
    for row in rows:
        if row["id"] == row_id:
            return row
    raise NotFound


def _by(key: str, items: QuerySet[Any]) -> Mapping[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    extra = ("restock",) if key == "of_return_id" else ()
    for row in items.order_by("id").values(key, "order_item_id", "quantity", *extra):
        found[row.pop(key)].append({"item_id": row.pop("order_item_id"), **row})
    return found
