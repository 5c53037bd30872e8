"""A product with all that a page of it shows, and its parts by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.catalog.models import (
    PriceChange,
    Product,
    ProductImage,
    ProductVariant,
    RelatedProduct,
)
from tenon.domains.catalog.selectors.products import COLUMNS, products
from tenon.domains.catalog.selectors.reviews import APPROVED, ReviewFacts, review_facts, reviews
from tenon.kernel.errors import NotFound

REVIEWS_SHOWN = 5
_MORE = (
    "description",
    "barcode",
    "cost_price_amount",
    "weight_grams",
    "dimensions",
    "attributes",
    "tax_class",
    "meta_title",
    "meta_description",
    "own__on_hand",
    "own__allocated",
    "version",
)
_VARIANT = (
    "id",
    "product_id",
    "name",
    "sku",
    "price_amount",
    "weight_grams",
    "attributes",
    "is_active",
    "position",
    "version",
    "created_at",
    "updated_at",
    "product__price_amount",
    "product__currency",
    "stock_levels__on_hand",
    "stock_levels__allocated",
    "stock_levels__available",
    "stock_levels__track_inventory",
    "stock_levels__allow_backorder",
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """What is known of a variant; `price_amount` is what it costs, `own_price` whether that is not its product's.

    `available` is None where there is no limit.
    """

    id: UUID
    product_id: UUID
    name: str
    sku: str
    price_amount: int
    own_price: bool
    currency: str
    weight_grams: int | None
    attributes: Mapping[str, Any]
    is_active: bool
    position: int
    on_hand: int
    allocated: int
    available: int | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a picture. `renditions` has the file of a smaller one for each width.

    `is_shown` is whether anybody may see it: whether its product is active.
    """

    id: UUID
    product_id: UUID
    file_id: UUID
    alt: str
    position: int
    is_primary: bool
    width: int | None
    height: int | None
    renditions: Mapping[str, str]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ProductInFull:
    """A product: a row of `products` with what a page of it shows besides, and its parts in their order."""

    row: Row
    variants: list[VariantFacts]
    images: list[ImageFacts]
    reviews: list[ReviewFacts]


def product_in_full(product_id: UUID, *, staff: bool) -> ProductInFull:
    """One product, in the scope. Raises NotFound. Four queries, whatever it has."""
    return completed(product_row(product_id, staff=staff), staff=staff)


def product_row(product_id: UUID, *, staff: bool) -> Row:
    """The product alone, in the scope. Raises NotFound. One query."""
    row: Row | None = products(staff=staff).filter(pk=product_id).values(*COLUMNS, *_MORE).first()
    if row is None:
        raise NotFound
    return row


def completed(row: Row, *, staff: bool) -> ProductInFull:
    """The product of a row with its parts. Three queries."""
    return ProductInFull(
        row=row,
        variants=[_variant(each) for each in variants_of(row["id"], staff=staff)],
        images=[_image(each) for each in images_of(row["id"])],
        reviews=[
            review_facts(each)
            for each in reviews()
            .filter(product=row["id"], state=APPROVED)
            .order_by("-created_at", "-id")[:REVIEWS_SHOWN]
        ],
    )


def variants_of(product_id: UUID, *, staff: bool) -> QuerySet[ProductVariant, Any]:
    """The variants of a product, in their order, as values."""
    rows: QuerySet[ProductVariant, Any] = ProductVariant.objects.filter(product=product_id).values(*_VARIANT)
    return (rows if staff else rows.filter(is_active=True)).order_by("position", "id")


def variant_facts(product_id: UUID, variant_id: UUID, *, staff: bool) -> VariantFacts:
    """One variant, in the scope. Raises NotFound."""
    row = variants_of(product_id, staff=staff).filter(pk=variant_id).first()
    if row is None:
        raise NotFound
    return _variant(row)


def variants(product_id: UUID, *, staff: bool) -> list[VariantFacts]:
    """The variants of a product, in their order, in the scope. Raises NotFound. Two queries."""
    product_row(product_id, staff=staff)
    return [_variant(each) for each in variants_of(product_id, staff=staff)]


def images_of(product_id: UUID) -> QuerySet[ProductImage]:
    """The pictures of a product, in their order."""
    return ProductImage.objects.filter(product=product_id).select_related("product").order_by("position", "id")


def images(product_id: UUID, *, staff: bool) -> list[ImageFacts]:
    """The pictures of a product, in their order, in the scope. Raises NotFound. Two queries."""
    product_row(product_id, staff=staff)
    return [_image(each) for each in images_of(product_id)]


def image_facts(product_id: UUID, image_id: UUID) -> ImageFacts:
    """One picture, in the scope. Raises NotFound."""
    image = images_of(product_id).filter(pk=image_id).first()
    if image is None:
        raise NotFound
    return _image(image)


def shown_image(image_id: UUID, *, staff: bool) -> ImageFacts:
    """A picture of a product that may be seen, in the scope. Raises NotFound."""
    rows = ProductImage.objects.filter(pk=image_id).select_related("product")
    image = (rows if staff else rows.filter(product__is_active=True)).first()
    if image is None:
        raise NotFound
    return _image(image)


def related(product_id: UUID, *, staff: bool) -> list[Row]:
    """The products beside one, as rows of `products`, in their order. Raises NotFound. Three queries."""
    product_row(product_id, staff=staff)
    ids = list(
        RelatedProduct.objects.filter(product=product_id).order_by("position", "id").values_list("related", flat=True)
    )
    found = {row["id"]: row for row in products(staff=staff).filter(pk__in=ids)}
    return [found[each] for each in ids if each in found]


def prices(product_id: UUID) -> QuerySet[PriceChange, Any]:
    """The changes of a product's prices and its variants', as values. Raises NotFound."""
    if not Product.objects.filter(pk=product_id).exists():
        raise NotFound
    rows: QuerySet[PriceChange, Any] = PriceChange.objects.filter(product=product_id).values(
        "id", "variant_id", "old_amount", "new_amount", "currency", "actor_id", "created_at"
    )
    return rows


def _variant(row: Row) -> VariantFacts:
    unlimited = row["stock_levels__allow_backorder"] or row["stock_levels__track_inventory"] is False
    own = row["price_amount"]
    return VariantFacts(
        id=row["id"],
        product_id=row["product_id"],
        name=row["name"],
        sku=row["sku"],
        price_amount=row["product__price_amount"] if own is None else own,
        own_price=own is not None,
        currency=row["product__currency"],
        weight_grams=row["weight_grams"],
        attributes=row["attributes"],
        is_active=row["is_active"],
        position=row["position"],
        on_hand=row["stock_levels__on_hand"] or 0,
        allocated=row["stock_levels__allocated"] or 0,
        available=None if unlimited else max(row["stock_levels__available"] or 0, 0),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _image(image: ProductImage) -> ImageFacts:
    return ImageFacts(
        id=image.id,
        product_id=image.product_id,
        file_id=image.file_id,
        alt=image.alt,
        position=image.position,
        is_primary=bool(image.is_primary),
        width=image.width,
        height=image.height,
        renditions=image.renditions,
        is_shown=image.product.is_active,
    )
