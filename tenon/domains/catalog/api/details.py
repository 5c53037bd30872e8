"""A product in full, its variants and its pictures: how each is read. All in the open organization scope."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from tenon.domains.catalog import selectors
from tenon.domains.catalog.api.reviews import ReviewSerializer
from tenon.domains.catalog.api.serializers.parts import ProductImageSerializer, VariantSerializer
from tenon.domains.catalog.api.serializers.products import ProductInFullSerializer
from tenon.kernel.http.details import CompiledRows, Shown

_PRODUCT = {
    staff: CompiledRows(
        ProductInFullSerializer,
        partial(selectors.product_rows, staff=staff),
        also=("catalog_version", "version"),
        without=ProductInFullSerializer.parts | (frozenset() if staff else ProductInFullSerializer.for_staff),
        product_id=UUID,
    )
    for staff in (False, True)
}
_VARIANTS = {
    staff: CompiledRows(
        VariantSerializer,
        partial(selectors.variant_rows, staff=staff),
        without=() if staff else VariantSerializer.for_staff,
        product_id=UUID,
    )
    for staff in (False, True)
}
_VARIANT = {
    staff: CompiledRows(
        VariantSerializer,
        partial(selectors.variant_row, staff=staff),
        also=("version",),
        without=() if staff else VariantSerializer.for_staff,
        product_id=UUID,
        variant_id=UUID,
    )
    for staff in (False, True)
}
_IMAGES = CompiledRows(ProductImageSerializer, selectors.image_rows, product_id=UUID)
_IMAGE = CompiledRows(ProductImageSerializer, selectors.image_row, product_id=UUID, image_id=UUID)
_REVIEWS = CompiledRows(ReviewSerializer, selectors.latest_reviews, product_id=UUID)


@dataclass(frozen=True, slots=True)
class Product:
    """What a product's own row shows, of which version of the catalog, and of itself."""

    id: UUID
    body: dict[str, Any]
    catalog_version: int
    version: int


def product(product_id: UUID, *, staff: bool) -> Product:
    """The product without its parts. Raises NotFound. One query."""
    found = _PRODUCT[staff].one(product_id=product_id)
    return Product(product_id, found.body, *found.also)


def completed(found: Product, *, staff: bool) -> dict[str, Any]:
    """As ProductInFullSerializer says. Up to three queries: what the product counts none of, is not asked for."""
    body = found.body
    some_variants = staff or body["variant_count"]
    return {
        **body,
        "variants": variants(found.id, staff=staff) if some_variants else [],
        "images": images(found.id),
        "reviews": _REVIEWS.all(product_id=found.id) if body["rating_count"] else [],
    }


def variants(product_id: UUID, *, staff: bool) -> list[dict[str, Any]]:
    """As VariantSerializer says. One query."""
    return _VARIANTS[staff].all(product_id=product_id)


def variant(product_id: UUID, variant_id: UUID, *, staff: bool) -> Shown:
    """One of them, with its version. Raises NotFound. One query."""
    return _VARIANT[staff].one(product_id=product_id, variant_id=variant_id)


def images(product_id: UUID) -> list[dict[str, Any]]:
    """As ProductImageSerializer says. One query."""
    return _IMAGES.all(product_id=product_id)


def image(product_id: UUID, image_id: UUID) -> dict[str, Any]:
    """One of them. Raises NotFound. One query."""
    return _IMAGE.one(product_id=product_id, image_id=image_id).body
