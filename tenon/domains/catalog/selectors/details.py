"""The rows of a product's page: its own, and those of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.catalog.models import (
    PriceChange,
    Product,
    ProductImage,
    ProductReview,
    ProductVariant,
    RelatedProduct,
)
from tenon.domains.catalog.selectors.products import products
from tenon.domains.catalog.selectors.reviews import APPROVED, reviews
from tenon.kernel.errors import NotFound

REVIEWS_SHOWN = 5
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShownImage:
    """Where the bytes of a picture are. `renditions` has the file of a smaller one for each width.

    `is_public` is whether anybody may see it: whether its product is active.
    """

    file_id: UUID
    renditions: Mapping[str, str]
    is_public: bool


def product_rows(*, product_id: UUID, staff: bool) -> QuerySet[Product, Any]:
    """The row of `products` that is this product's."""
    return products(staff=staff).filter(pk=product_id)


def variant_rows(*, product_id: UUID, staff: bool) -> QuerySet[ProductVariant, Any]:
    """The variants of a product, in their order; shoppers are shown those that are active."""
    rows: QuerySet[ProductVariant, Any] = ProductVariant.objects.filter(product=product_id)
    return (rows if staff else rows.filter(is_active=True)).order_by("position", "id")


def variant_row(*, product_id: UUID, variant_id: UUID, staff: bool) -> QuerySet[ProductVariant, Any]:
    """The row of one variant."""
    return variant_rows(product_id=product_id, staff=staff).filter(pk=variant_id)


def image_rows(*, product_id: UUID) -> QuerySet[ProductImage, Any]:
    """The pictures of a product, in their order."""
    rows: QuerySet[ProductImage, Any] = ProductImage.objects.filter(product=product_id)
    return rows.order_by("position", "id")


def image_row(*, product_id: UUID, image_id: UUID) -> QuerySet[ProductImage, Any]:
    """The row of one picture."""
    return image_rows(product_id=product_id).filter(pk=image_id)


def latest_reviews(*, product_id: UUID) -> QuerySet[ProductReview, Any]:
    """The approved reviews of a product that its page shows, the latest first."""
    return reviews().filter(product=product_id, state=APPROVED).order_by("-created_at", "-id")[:REVIEWS_SHOWN]


def require_product(product_id: UUID, *, staff: bool) -> None:
    """Raises NotFound where there is none that the caller sees, in the scope. One query."""
    rows = Product.objects.filter(pk=product_id)
    if not (rows if staff else rows.filter(is_active=True)).exists():
        raise NotFound


def shown_image(image_id: UUID, *, staff: bool) -> ShownImage:
    """A picture of a product that may be seen, in the scope. Raises NotFound."""
    rows = ProductImage.objects.filter(pk=image_id)
    found = (rows if staff else rows.filter(product__is_active=True)).values_list(
        "file_id", "renditions", "product__is_active"
    )
    image = found.first()
    if image is None:
        raise NotFound
    return ShownImage(*image)


def related(product_id: UUID, *, staff: bool) -> list[Row]:
    """The products beside one, as rows of `products`, in their order. Raises NotFound. Three queries."""
    require_product(product_id, staff=staff)
    ids = list(
        RelatedProduct.objects.filter(product=product_id).order_by("position", "id").values_list("related", flat=True)
    )
    found = {row["id"]: row for row in products(staff=staff).filter(pk__in=ids)}
    return [found[each] for each in ids if each in found]


def prices(product_id: UUID) -> QuerySet[PriceChange, Any]:
    """The changes of a product's prices and its variants', as values. Raises NotFound."""
    require_product(product_id, staff=True)
    rows: QuerySet[PriceChange, Any] = PriceChange.objects.filter(product=product_id).values(
        "id", "variant_id", "old_amount", "new_amount", "currency", "actor_id", "created_at"
    )
    return rows
