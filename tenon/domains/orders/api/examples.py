"""Values for the documentation."""

from typing import Any

from tenon.domains.orders.api.bodies import detailed, listed, of_return, shipment

ID = "0199f6f0-4c1e-7a52-9d3c-000000000051"
_ITEM = "0199f6f0-4c1e-7a52-9d3c-000000000056"
_PRODUCT = "0199f6f0-4c1e-7a52-9d3c-000000000041"
_WHEN = "2026-03-01T12:00:00Z"
ADDRESS: dict[str, Any] = {
    "full_name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "line2": "",
    "city": "London",
    "region": "",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
    "phone": "",
    "email": "ada@example.com",
}
_PORTION = {"item_id": _ITEM, "quantity": 1}
_PARCEL: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000052",
    "number": 1,
    "state": "shipped",
    "carrier": "DHL",
    "tracking_number": "00340434161094015902",
    "tracking_url": "",
    "shipped_at": _WHEN,
    "delivered_at": None,
    "items": [_PORTION],
}
_ROW: dict[str, Any] = {
    "id": ID,
    "number": "KAS-7QXK2M9TRD",
    "state": "shipped",
    "payment_status": "paid",
    "payment_method": "credit_card",
    "user_id": "0199f6f0-4c1e-7a52-9d3c-000000000001",
    "email": "ada@example.com",
    "currency": "USD",
    "subtotal_amount": 2499,
    "discount_amount": 0,
    "shipping_amount": 644,
    "tax_amount": 269,
    "total_amount": 3412,
    "captured_amount": 3412,
    "refunded_amount": 0,
    "tax_inclusive": False,
    "coupon_code": "",
    "shipping_method_code": "standard",
    "shipping_method_name": "Standard",
    "placed_at": _WHEN,
    "expires_at": None,
    "updated_at": _WHEN,
    "shipping_address": ADDRESS,
    "billing_address": ADDRESS,
    "customer_note": "",
    "taxes": [{"name": "Sales tax", "millionths": 107_500, "base": 2499, "amount": 269}],
    "items": [
        {
            "id": _ITEM,
            "product_id": _PRODUCT,
            "variant_id": None,
            "name": "Desk lamp",
            "variant_name": "",
            "sku": "LAMP-1",
            "attributes": {},
            "image_file_id": None,
            "quantity": 1,
            "shipped_quantity": 1,
            "returned_quantity": 0,
            "unit_price_amount": 2499,
            "subtotal_amount": 2499,
            "discount_amount": 0,
            "tax_amount": 269,
            "total_amount": 2768,
        }
    ],
    "shipments": [_PARCEL],
}
ORDER = detailed(_ROW)
SUMMARY = listed(_ROW)
SHIPMENT = shipment(_PARCEL)
SHIPMENTS = {"data": [SHIPMENT]}
NEW_SHIPMENT = {"carrier": "DHL", "tracking_number": "00340434161094015902", "items": [_PORTION]}
RETURN = of_return(
    {
        "id": "0199f6f0-4c1e-7a52-9d3c-000000000053",
        "number": 1,
        "state": "requested",
        "reason": "Too bright",
        "created_at": _WHEN,
        "decided_at": None,
        "received_at": None,
        "items": [{**_PORTION, "restock": True}],
    }
)
RETURNS = {"data": [RETURN]}
NEW_RETURN = {"items": [_PORTION], "reason": "Too bright"}
NOTE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000057",
    "author_id": "0199f6f0-4c1e-7a52-9d3c-000000000002",
    "body": "Called: send it to the neighbours.",
    "created_at": _WHEN,
}
NOTES = {"data": [NOTE]}
TRANSITIONS = {
    "data": [
        {"from_status": None, "to_status": "pending", "reason": "", "actor_id": None, "happened_at": _WHEN},
        {"from_status": "pending", "to_status": "confirmed", "reason": "", "actor_id": None, "happened_at": _WHEN},
    ]
}
NUMBERS = {"total_count": 3, "by_status": {"delivered": 2, "shipped": 1}, "last_placed_at": _WHEN, "timestamp": _WHEN}
PLACED = {**ORDER, "status": "pending", "payment_status": "pending", "shipments": [], "order_token": None}
NEW = {"shipping_address": ADDRESS, "payment_method": "credit_card", "shipping_method": "standard"}
