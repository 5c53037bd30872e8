"""Orders and what belongs to them as JSON; the serializers beside say the same for the documentation."""

from collections.abc import Mapping
from typing import Any

from tenon.kernel.http import amounts

Row = Mapping[str, Any]
_AMOUNTS = {
    "subtotal": "subtotal_amount",
    "discount_amount": "discount_amount",
    "shipping_cost": "shipping_amount",
    "tax_amount": "tax_amount",
    "total_amount": "total_amount",
    "captured_amount": "captured_amount",
    "refunded_amount": "refunded_amount",
}
_AS_THEY_ARE = (
    "id",
    "number",
    "payment_status",
    "payment_method",
    "currency",
    "tax_inclusive",
    "coupon_code",
    "placed_at",
    "expires_at",
    "updated_at",
)
_ITEM = (
    "id",
    "product_id",
    "variant_id",
    "name",
    "variant_name",
    "sku",
    "attributes",
    "image_file_id",
    "quantity",
    "shipped_quantity",
    "returned_quantity",
)
_ITEM_AMOUNTS = {
    "price": "unit_price_amount",
    "subtotal": "subtotal_amount",
    "discount_amount": "discount_amount",
    "tax_amount": "tax_amount",
    "total": "total_amount",
}


def listed(row: Row) -> dict[str, Any]:
    """An order in a list."""
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        "status": row["state"],
        "customer_id": row["user_id"],
        "email": row["email"],
        "shipping_method": row["shipping_method_code"],
        "shipping_method_name": row["shipping_method_name"],
        **_money(row, _AMOUNTS, row["currency"]),
    }


def detailed(row: Row) -> dict[str, Any]:
    """An order with its lines and parcels."""
    parcels = [shipment(each) for each in row["shipments"]]
    return {
        **listed(row),
        "tracking_number": parcels[-1]["tracking_number"] if parcels else "",
        "shipping_address": row["shipping_address"],
        "billing_address": row["billing_address"],
        "notes": row["customer_note"],
        "taxes": [_tax(each, row["currency"]) for each in row["taxes"]],
        "items": [_item(each, row["currency"]) for each in row["items"]],
        "shipments": parcels,
    }


def shipment(row: Row) -> dict[str, Any]:
    """A parcel."""
    return _with_status(row)


def of_return(row: Row) -> dict[str, Any]:
    """A return."""
    return _with_status(row)


def transition(row: Row, *, for_staff: bool) -> dict[str, Any]:
    """A step; who took it is for staff alone."""
    shown = {"from_status": row["source"] or None, "to_status": row["target"], "reason": row["reason"]}
    return {**shown, "actor_id": row["actor_id"] if for_staff else None, "happened_at": row["happened_at"]}


def _with_status(row: Row) -> dict[str, Any]:
    return {"status" if name == "state" else name: value for name, value in row.items()}


def _item(row: Row, currency: str) -> dict[str, Any]:
    return {**{name: row[name] for name in _ITEM}, **_money(row, _ITEM_AMOUNTS, currency)}


def _tax(row: Row, currency: str) -> dict[str, Any]:
    rate = f"{row['millionths'] / 10_000:.4f}".rstrip("0").rstrip(".")
    return {
        "name": row["name"],
        "rate": rate,
        **amounts.shown("base", row["base"], currency),
        **amounts.shown("amount", row["amount"], currency),
    }


def _money(row: Row, names: Mapping[str, str], currency: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, column in names.items():
        shown |= amounts.shown(name, row[column], currency)
    return shown
