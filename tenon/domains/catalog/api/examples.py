"""The examples that the documentation shows: what is sold in Ada's shop."""

from typing import Any

MADE = "2026-11-20T09:30:00.000Z"
PRODUCT_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e01"
VARIANT_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e02"
CATEGORY_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e03"
PARENT_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e04"
IMAGE_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e05"
FILE_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e06"
REVIEW_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e07"
PRICE_ID = "01939d10-1a2b-7c3d-8e4f-5a6b7c8d9e09"
ACTOR_ID = "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77"
URL = f"/api/v1/product-images/{IMAGE_ID}/"


def money(amount: int) -> dict[str, Any]:
    """An amount of dollars."""
    return {"amount": amount, "currency": "USD"}


NEW_CATEGORY = {"name": "Mugs", "parent_id": PARENT_ID}
CATEGORY: dict[str, Any] = {
    "id": CATEGORY_ID,
    "name": "Mugs",
    "slug": "mugs",
    "description": "",
    "parent_id": PARENT_ID,
    "depth": 1,
    "ancestor_ids": [PARENT_ID],
    "sort_order": 0,
    "is_active": True,
    "meta_title": "",
    "meta_description": "",
    "created_at": MADE,
    "updated_at": MADE,
}
_LEAF = {"id": CATEGORY_ID, "name": "Mugs", "slug": "mugs", "is_active": True, "children": []}
TREE = {"data": [{"id": PARENT_ID, "name": "Kitchen", "slug": "kitchen", "is_active": True, "children": [_LEAF]}]}
NEW_PRODUCT: dict[str, Any] = {
    "name": "Enamel mug",
    "sku": "MUG-01",
    "price": "24.99",
    "category_id": CATEGORY_ID,
    "stock": 40,
    "attributes": {"material": "enamel", "color": ["blue", "white"]},
    "tags": ["outdoor"],
}
PRODUCT: dict[str, Any] = {
    "id": PRODUCT_ID,
    "name": "Enamel mug",
    "slug": "enamel-mug",
    "sku": "MUG-01",
    "price": "24.99",
    "price_money": money(2499),
    "compare_price": None,
    "compare_price_money": None,
    "category": {"id": CATEGORY_ID, "name": "Mugs", "slug": "mugs"},
    "image": {"url": URL, "alt": "A blue mug on a log", "width": 1600, "height": 1200},
    "in_stock": True,
    "stock": 37,
    "is_featured": False,
    "is_digital": False,
    "requires_shipping": True,
    "is_active": True,
    "tags": ["outdoor"],
    "variant_count": 1,
    "average_rating": "4.67",
    "rating_count": 3,
    "created_at": MADE,
    "updated_at": MADE,
}
PRODUCTS = {"data": [PRODUCT]}
NEW_VARIANT: dict[str, Any] = {"name": "Blue", "sku": "MUG-01-B", "attributes": {"color": "blue"}, "stock": 37}
VARIANT: dict[str, Any] = {
    "id": VARIANT_ID,
    "product_id": PRODUCT_ID,
    "name": "Blue",
    "sku": "MUG-01-B",
    "price": "24.99",
    "price_money": money(2499),
    "has_own_price": False,
    "weight_grams": 180,
    "attributes": {"color": "blue"},
    "is_active": True,
    "position": 0,
    "in_stock": True,
    "stock": 37,
    "created_at": MADE,
    "updated_at": MADE,
}
NEW_IMAGE = {"file_id": FILE_ID, "alt": "A blue mug on a log"}
IMAGE: dict[str, Any] = {
    "id": IMAGE_ID,
    "product_id": PRODUCT_ID,
    "file_id": FILE_ID,
    "url": URL,
    "widths": [160, 480, 1200],
    "alt": "A blue mug on a log",
    "position": 0,
    "is_primary": True,
    "width": 1600,
    "height": 1200,
}
IN_FULL: dict[str, Any] = {
    **PRODUCT,
    "description": "Keeps its looks on every fire.",
    "barcode": "4006381333931",
    "weight_grams": 180,
    "dimensions": {"width": 90, "height": 80},
    "attributes": {"material": "enamel", "color": ["blue", "white"]},
    "tax_class": "standard",
    "meta_title": "",
    "meta_description": "",
    "variants": [VARIANT],
    "images": [IMAGE],
    "reviews": [
        {
            "id": REVIEW_ID,
            "product_id": PRODUCT_ID,
            "user_name": "Ada L.",
            "rating": 5,
            "title": "Lasts",
            "body": "Ten years, and no dent.",
            "is_verified_purchase": True,
            "state": "approved",
            "created_at": MADE,
            "updated_at": MADE,
        }
    ],
}
PRICE: dict[str, Any] = {
    "id": PRICE_ID,
    "variant_id": None,
    "old_price": "29.99",
    "old_price_money": money(2999),
    "new_price": "24.99",
    "new_price_money": money(2499),
    "actor_id": ACTOR_ID,
    "created_at": MADE,
}
PRODUCT_NUMBERS = {
    "total_count": 1200,
    "active_count": 1100,
    "in_stock_count": 1040,
    "low_stock_count": 31,
    "on_hand_total": 48213,
    "lowest_price_amount": 199,
    "highest_price_amount": 129900,
    "timestamp": MADE,
}
CATEGORY_NUMBERS = {"total_count": 42, "active_count": 40, "root_count": 6, "timestamp": MADE}
