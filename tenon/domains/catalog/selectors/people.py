"""What a catalog keeps of a person."""

from typing import Any
from uuid import UUID

from tenon.domains.catalog.models import ProductReview, Purchase, Wishlist, WishlistItem


def kept_of(user_id: UUID) -> dict[str, Any]:
    """Reviews, wishlists and what they bought, of all organizations; inside a scope that sees them."""
    items: dict[UUID, list[dict[str, Any]]] = {}
    rows = WishlistItem.objects.filter(wishlist__user_id=user_id).order_by("created_at", "id")
    for row in rows.values("wishlist_id", "product_id", "variant_id", "note", "created_at"):
        item: dict[str, Any] = dict(row)
        items.setdefault(item.pop("wishlist_id"), []).append(item)
    lists = Wishlist.objects.filter(user_id=user_id).order_by("created_at", "id")
    return {
        "reviews": list(
            ProductReview.objects.filter(user_id=user_id)
            .order_by("created_at", "id")
            .values(
                "id",
                "organization_id",
                "product_id",
                "rating",
                "title",
                "body",
                "state",
                "created_at",
            )
        ),
        "wishlists": [
            {**row, "items": items.get(row["id"], [])}
            for row in lists.values("id", "organization_id", "name", "is_default", "created_at")
        ],
        "purchases": list(
            Purchase.objects.filter(user_id=user_id)
            .order_by("first_delivered_at", "id")
            .values("organization_id", "product_id", "first_delivered_at")
        ),
    }
