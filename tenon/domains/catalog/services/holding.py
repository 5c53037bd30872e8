"""Forgetting a person: what they wrote and wished for goes, what the organization needs stays without their name."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from tenon.domains.catalog.models import (
    CatalogVersion,
    PriceChange,
    Product,
    ProductImport,
    ProductReview,
    Purchase,
    StockMovement,
    Wishlist,
    WishlistItem,
)


def forget(*, user_id: UUID, now: datetime) -> None:
    """Reviews, with what they count for, wishlists and purchases; and who changed prices, stock and reviews."""
    written = ProductReview.objects.filter(user_id=user_id).order_by("product_id")
    # Held, so that none of them is approved meanwhile.
    rows = written.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    shown = [row for row in rows if row.state == ProductReview.State.APPROVED]
    for review in shown:
        Product.objects.filter(pk=review.product_id).update(
            rating_count=F("rating_count") - 1, rating_sum=F("rating_sum") - review.rating, version=F("version")
        )
    ProductReview.objects.filter(user_id=user_id).delete()
    WishlistItem.objects.filter(wishlist__user_id=user_id).delete()
    Wishlist.objects.filter(user_id=user_id).delete()
    Purchase.objects.filter(user_id=user_id).delete()
    ProductReview.objects.filter(decided_by_id=user_id).update(decided_by_id=None)
    PriceChange.objects.filter(actor_id=user_id).update(actor_id=None)
    StockMovement.objects.filter(actor_id=user_id).update(actor_id=None)
    for organization_id in sorted({review.organization_id for review in shown}, key=str):
        CatalogVersion.objects.filter(organization=organization_id).update(number=F("number") + 1)
    ProductImport.objects.filter(started_by_id=user_id).update(started_by_id=None)
