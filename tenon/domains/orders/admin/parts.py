"""The tables of an order's page. Each is one query, however many rows there are; parcels are two."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenon.domains.orders.admin.shown import amount, moment, text
from tenon.domains.orders.models import (
    LedgerEntry,
    Order,
    OrderItem,
    OrderNote,
    OrderTransition,
    Payment,
    Refund,
    Return,
    Shipment,
    ShipmentItem,
)
from tenon.kernel.portal.tables import Table


def tables(order: Order) -> list[Table]:
    """All that belongs to an order."""
    items = list(OrderItem.objects.filter(order=order).order_by("position"))
    return [
        _amounts(order),
        _lines(order, items),
        _shipments(order, {item.id: item for item in items}),
        _payments(order),
        _refunds(order),
        _returns(order),
        _notes(order),
        _history(order),
        _ledger(order),
    ]


def _amounts(order: Order) -> Table:
    named = {
        "subtotal": _("Goods"),
        "discount": _("Discount"),
        "shipping": _("Shipping"),
        "tax": _("Tax"),
        "total": _("Total"),
        "captured": _("Taken"),
        "refunded": _("Given back"),
    }
    row = [amount(getattr(order, f"{name}_amount"), order.currency) for name in named]
    return Table(_("Amounts"), list(named.values()), [row])


def _lines(order: Order, items: list[OrderItem]) -> Table:
    headers = [_("Article"), _("SKU"), _("Price"), _("Pieces"), _("Discount"), _("Tax"), _("Total"), _("Sent, back")]
    rows = [
        [
            " · ".join(filter(None, (item.name, item.variant_name))),
            text(item.sku),
            amount(item.unit_price_amount, order.currency),
            item.quantity,
            amount(item.discount_amount, order.currency),
            amount(item.tax_amount, order.currency),
            amount(item.total_amount, order.currency),
            f"{item.shipped_quantity}, {item.returned_quantity}",
        ]
        for item in items
    ]
    return Table(_("Lines"), headers, rows)


def _shipments(order: Order, items: dict[UUID, OrderItem]) -> Table:
    within: dict[UUID, list[str]] = defaultdict(list)
    for part in ShipmentItem.objects.filter(shipment__order=order).order_by("id"):
        within[part.shipment_id].append(f"{part.quantity} × {items[part.order_item_id].name}")
    rows = [
        [
            each.number,
            Shipment.State(each.state).label,
            text(each.carrier),
            text(each.tracking_number),
            ", ".join(within[each.id]),
            moment(each.shipped_at),
            moment(each.delivered_at),
        ]
        for each in Shipment.objects.filter(order=order).order_by("number")
    ]
    headers = [_("Number"), _("State"), _("Carrier"), _("Tracking number"), _("Contents"), _("Sent"), _("Arrived")]
    return Table(_("Parcels"), headers, rows)


def _payments(order: Order) -> Table:
    rows = [
        [
            each.provider,
            Payment.State(each.state).label,
            amount(each.amount, each.currency),
            amount(each.captured_amount, each.currency),
            amount(each.refunded_amount, each.currency),
            text(each.reference),
            text(each.failure_code),
            moment(each.created_at),
        ]
        for each in _in_order(Payment.objects.filter(order=order))
    ]
    headers = [
        *(_("Provider"), _("State"), _("Amount"), _("Taken"), _("Given back")),
        *(_("Reference"), _("Failure"), _("Made")),
    ]
    return Table(_("Payments"), headers, rows)


def _refunds(order: Order) -> Table:
    rows = [
        [
            Refund.State(each.state).label,
            amount(each.amount, each.currency),
            text(each.reason),
            text(each.failure_code),
            moment(each.created_at),
            moment(each.settled_at),
        ]
        for each in _in_order(Refund.objects.filter(order=order))
    ]
    headers = [_("State"), _("Amount"), _("Reason"), _("Failure"), _("Made"), _("Settled")]
    return Table(_("Refunds"), headers, rows)


def _returns(order: Order) -> Table:
    rows = [
        [each.number, Return.State(each.state).label, text(each.reason), moment(each.created_at)]
        for each in Return.objects.filter(order=order).order_by("number")
    ]
    return Table(_("Returns"), [_("Number"), _("State"), _("Reason"), _("Asked for")], rows)


def _notes(order: Order) -> Table:
    rows = [
        [each.body, text(each.author_id), moment(each.created_at)]
        for each in _in_order(OrderNote.objects.filter(order=order))
    ]
    return Table(_("Notes, which no customer sees"), [_("Note"), _("By"), _("Written")], rows)


def _history(order: Order) -> Table:
    rows = [
        [text(each.source), each.target, text(each.reason), text(each.actor_id), moment(each.happened_at)]
        for each in OrderTransition.objects.filter(order=order).order_by("number")
    ]
    return Table(_("History"), [_("From"), _("To"), _("Reason"), _("By"), _("When")], rows)


def _ledger(order: Order) -> Table:
    """Debits are positive, credits negative."""
    entries = LedgerEntry.objects.filter(order=order).order_by("booked_at", "transaction_id", "account")
    rows = [
        [
            LedgerEntry.Kind(each.kind).label,
            LedgerEntry.Account(each.account).label,
            amount(each.amount, each.currency),
            moment(each.booked_at),
        ]
        for each in entries
    ]
    return Table(_("Books"), [_("What"), _("Account"), _("Amount"), _("Booked")], rows)


def _in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("created_at", "id")
