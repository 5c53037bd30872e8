"""What people say of products, and whether they have bought them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from tenon.domains.catalog.models import Product, ProductReview, Purchase
from tenon.kernel.errors import NotFound

APPROVED = ProductReview.State.APPROVED


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review. `user_name` is what others see of its author; `reason` a stable code of why it was decided so."""

    id: UUID
    product_id: UUID
    user_id: UUID
    user_name: str
    rating: int
    title: str
    body: str
    is_verified_purchase: bool
    state: str
    reason: str
    decided_at: datetime | None
    decided_by_id: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


_COLUMNS = (
    "id",
    "product_id",
    "user_id",
    "user__first_name",
    "user__last_name",
    "rating",
    "title",
    "body",
    "is_verified_purchase",
    "state",
    "reason",
    "decided_at",
    "decided_by_id",
    "created_at",
    "updated_at",
    "version",
)


def reviews() -> QuerySet[ProductReview, Any]:
    """Every review of the scope's organization, as values for `review_facts`."""
    # Asked when it is read: of a review and a delivery at the same moment neither has to know the other.
    bought = Purchase.objects.filter(user=OuterRef("user"), product=OuterRef("product"))
    rows: QuerySet[ProductReview, Any] = ProductReview.objects.annotate(is_verified_purchase=Exists(bought))
    found: QuerySet[ProductReview, Any] = rows.values(*_COLUMNS)
    return found


def reviews_of(product_id: UUID) -> QuerySet[ProductReview, Any]:
    """The approved ones of a product that is offered. Raises NotFound for any other product."""
    if not Product.objects.filter(pk=product_id, is_active=True).exists():
        raise NotFound
    return reviews().filter(product=product_id, state=APPROVED)


def reviews_by(user_id: UUID) -> QuerySet[ProductReview, Any]:
    """A person's own, whatever became of them."""
    return reviews().filter(user=user_id)


def review_facts(row: dict[str, Any]) -> ReviewFacts:
    """A row of `reviews` as facts."""
    name = shown_name(row["user__first_name"], row["user__last_name"])
    kept = {column: value for column, value in row.items() if not column.startswith("user__")}
    return ReviewFacts(**kept, user_name=name)


def shown_name(first: str, last: str) -> str:
    """What others see of who has written a review."""
    return f"{first} {last[:1]}." if last else first


def review(review_id: UUID, *, seen_by: UUID | None) -> ReviewFacts:
    """A review that is approved, or one's own. Raises NotFound."""
    row = reviews().filter(pk=review_id).first()
    if row is None or (row["state"] != APPROVED and row["user_id"] != seen_by):
        raise NotFound
    return review_facts(row)
