"""What people would like to have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, QuerySet, Value, When
from django.db.models.fields import BooleanField

from tenon.domains.catalog.models import Wishlist, WishlistItem
from tenon.domains.catalog.selectors.offers import Offer, offers
from tenon.kernel import crypto
from tenon.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class WishlistFacts:
    """A list. `is_shared`: whether there is a link by which anybody may read it."""

    id: UUID
    name: str
    is_default: bool
    is_shared: bool
    item_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WishFacts:
    """Something on a list, as it is offered at this moment."""

    id: UUID
    product_id: UUID
    variant_id: UUID | None
    note: str
    created_at: datetime
    offer: Offer


_LIST = ("id", "name", "is_default", "is_shared", "item_count", "created_at", "updated_at")
_WISH = ("id", "product_id", "variant_id", "note", "created_at")


def wishlists_of(user_id: UUID) -> QuerySet[Wishlist, Any]:
    """A person's lists in the scope's organization, as values."""
    shared = Case(When(share_digest=None, then=Value(False)), default=Value(True), output_field=BooleanField())
    rows: QuerySet[Wishlist, Any] = Wishlist.objects.filter(user=user_id).annotate(
        is_shared=shared, item_count=Count("items")
    )
    found: QuerySet[Wishlist, Any] = rows.values(*_LIST)
    return found


def wishlist_of(user_id: UUID, wishlist_id: UUID) -> WishlistFacts:
    """One of them. Raises NotFound."""
    row = wishlists_of(user_id).filter(pk=wishlist_id).first()
    if row is None:
        raise NotFound
    return WishlistFacts(**row)


def shared_wishlist(secret: str) -> UUID:
    """The list that is shared by this secret. Raises NotFound."""
    found = Wishlist.objects.filter(share_digest=crypto.digest(secret)).values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def wishes(wishlist_id: UUID) -> QuerySet[WishlistItem, Any]:
    """What is on a list, as values for `offered`."""
    rows: QuerySet[WishlistItem, Any] = WishlistItem.objects.filter(wishlist=wishlist_id).values(*_WISH)
    return rows


def offered(rows: Sequence[dict[str, Any]]) -> list[WishFacts]:
    """Rows of `wishes` with what is offered of each, in the scope. Two queries."""
    found = offers((row["product_id"], row["variant_id"]) for row in rows)
    return [WishFacts(**row, offer=found[row["product_id"], row["variant_id"]]) for row in rows]
