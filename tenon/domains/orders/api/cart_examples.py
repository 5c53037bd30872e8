"""The examples that the documentation shows: two notebooks on their way to California."""

from typing import Any

from tenon.kernel.http.amounts import shown

PRODUCT_ID = "0199f6f0-4c1e-7a52-9d3c-000000000041"
MADE = "2026-11-20T09:30:00.000Z"
NEW_ITEM = {"product_id": PRODUCT_ID, "quantity": 2}


def _dollars(**named: int) -> dict[str, Any]:
    amounts: dict[str, Any] = {}
    for name, amount in named.items():
        amounts |= shown(name, amount, "USD")
    return amounts


ITEM: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000061",
    "product_id": PRODUCT_ID,
    "variant_id": None,
    "product": {
        "id": PRODUCT_ID,
        "name": "Notebook",
        "sku": "NOTE-A5",
        "attributes": {"size": "A5"},
        "image_file_id": None,
    },
    "variant": None,
    "quantity": 2,
    "available": 40,
    **_dollars(price=2499, subtotal=4998, discount_amount=500, tax_amount=484, total=4982),
    "notices": [],
    "created_at": MADE,
    "updated_at": MADE,
}
EMPTY: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000060",
    "user": None,
    "token": None,
    "currency": "USD",
    "country": "US",
    "region": "CA",
    "items": [],
    "item_count": 0,
    "tax_inclusive": False,
    **_dollars(subtotal=0, discount_amount=0, shipping_cost=0, tax_amount=0, total_amount=0),
    "taxes": [],
    "coupon": None,
    "shipping_method": None,
    "shipping_options": [],
    "notices": [],
    "ready": False,
    "created_at": MADE,
    "updated_at": MADE,
    "expires_at": "2026-12-20T09:30:00.000Z",
}
CART: dict[str, Any] = {
    **EMPTY,
    "items": [ITEM],
    "item_count": 2,
    **_dollars(subtotal=4998, discount_amount=500, shipping_cost=599, tax_amount=484, total_amount=5581),
    "taxes": [{"name": "Sales tax", "rate": "10.75", **_dollars(base=4498, amount=484)}],
    "coupon": {"code": "WELCOME10", "description": "10 % off the first order"},
    "shipping_method": "standard",
    "shipping_options": [
        {
            "code": "standard",
            "name": "Standard",
            "description": "",
            **_dollars(price=599),
            "minimum_days": 3,
            "maximum_days": 5,
        }
    ],
    "ready": True,
}
JUDGED: dict[str, Any] = {
    "valid": True,
    "coupon": CART["coupon"],
    "reason": None,
    "error": None,
    **_dollars(discount_amount=500),
}
