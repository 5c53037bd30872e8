"""The examples that the documentation shows: a first order's coupon, a parcel, California's tax."""

from typing import Any

from tenon.kernel.http.amounts import shown

MADE = "2026-11-20T09:30:00.000Z"
NEW_COUPON: dict[str, Any] = {
    "code": "WELCOME10",
    "description": "10 % off the first order",
    "discount_type": "percentage",
    "discount_value": "10",
    "currency": "USD",
    "maximum_discount_amount": "50.00",
    "usage_limit": 1000,
    "usage_limit_per_user": 1,
}
COUPON: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000071",
    **NEW_COUPON,
    "discount_value_money": None,
    **shown("minimum_order_amount", 0, "USD"),
    **shown("maximum_discount_amount", 5000, "USD"),
    "product_ids": [],
    "category_ids": [],
    "usage_count": 12,
    "valid_from": None,
    "valid_until": None,
    "is_active": True,
    "created_at": MADE,
    "updated_at": MADE,
}
NEW_METHOD: dict[str, Any] = {
    "code": "standard",
    "name": "Standard",
    "price": "5.99",
    "currency": "USD",
    "free_from": {"amount": 10000, "currency": "USD"},
    "countries": ["US"],
}
METHOD: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000072",
    "code": "standard",
    "name": "Standard",
    "description": "",
    **shown("price", 599, "USD"),
    "currency": "USD",
    **shown("free_from", 10000, "USD"),
    "countries": ["US"],
    "except_countries": [],
    "steps": [],
    "minimum_days": 3,
    "maximum_days": 5,
    "tax_class": "standard",
    "position": 0,
    "is_active": True,
    "created_at": MADE,
    "updated_at": MADE,
}
NEW_RATE: dict[str, Any] = {"name": "Sales tax", "country": "US", "region": "CA", "rate": "10.75"}
RATE: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000073",
    **NEW_RATE,
    "tax_class": "standard",
    "applies_to_shipping": True,
    "is_active": True,
    "updated_at": MADE,
}
