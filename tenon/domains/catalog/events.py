"""What happened in a catalog: ids and values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event

_PRODUCT = "0199f6f0-4c1e-7a52-9d3c-000000000051"
_CATEGORY = "0199f6f0-4c1e-7a52-9d3c-000000000052"
_REVIEW = "0199f6f0-4c1e-7a52-9d3c-000000000053"


@dataclass(frozen=True)
class CatalogEvent(Event):
    """Something that happened in the catalog of an organization."""

    organization_id: Annotated[UUID, "The organization."]
    actor_id: Annotated[UUID | None, "The person or key that did it; null where the system did."]


@dataclass(frozen=True)
class ProductEvent(CatalogEvent):
    """Something that happened to a product."""

    product_id: Annotated[UUID, "The product."]


@dataclass(frozen=True)
class ProductCreated(ProductEvent):
    """There is a further product."""

    name: ClassVar[str] = "product.created"
    audited: ClassVar[str] = "product:product:created"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"product_id": _PRODUCT, "sku": "MUG-01"}

    sku: Annotated[str, "Its stock keeping unit."]


@dataclass(frozen=True)
class ProductUpdated(ProductEvent):
    """A product, its variants or its images are other than before.

    Read the product to learn what they are.
    """

    name: ClassVar[str] = "product.updated"
    audited: ClassVar[str] = "product:product:updated"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"product_id": _PRODUCT, "fields": ["description", "images"]}

    fields: Annotated[tuple[str, ...], "The names of what has changed."]


@dataclass(frozen=True)
class ProductPriceChanged(ProductEvent):
    """A product, or one variant of it, has another price."""

    name: ClassVar[str] = "product.price_changed"
    audited: ClassVar[str] = "product:product:price_changed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "product_id": _PRODUCT,
        "variant_id": None,
        "old_amount": 2999,
        "new_amount": 2499,
        "currency": "USD",
    }

    variant_id: Annotated[UUID | None, "The variant; null for the product itself."]
    old_amount: Annotated[int | None, "In minor units; null where a variant had its product's price."]
    new_amount: Annotated[int | None, "In minor units; null where a variant has its product's price now."]
    currency: Annotated[str, "ISO 4217."]


@dataclass(frozen=True)
class ProductDeleted(ProductEvent):
    """A product is no longer there."""

    name: ClassVar[str] = "product.deleted"
    audited: ClassVar[str] = "product:product:deleted"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"product_id": _PRODUCT, "sku": "MUG-01"}

    sku: Annotated[str, "The stock keeping unit that it had."]


@dataclass(frozen=True)
class CategoryEvent(CatalogEvent):
    """Something that happened to a category."""

    category_id: Annotated[UUID, "The category."]


@dataclass(frozen=True)
class CategoryCreated(CategoryEvent):
    """There is a further category."""

    name: ClassVar[str] = "category.created"
    audited: ClassVar[str] = "category:category:created"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"category_id": _CATEGORY, "slug": "mugs"}

    slug: Annotated[str, "What it is called in addresses."]


@dataclass(frozen=True)
class CategoryUpdated(CategoryEvent):
    """A category is other than before, or stands elsewhere in the tree."""

    name: ClassVar[str] = "category.updated"
    audited: ClassVar[str] = "category:category:updated"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"category_id": _CATEGORY, "fields": ["name"]}

    fields: Annotated[tuple[str, ...], "The names of the fields."]


@dataclass(frozen=True)
class CategoryDeleted(CategoryEvent):
    """A category is no longer there."""

    name: ClassVar[str] = "category.deleted"
    audited: ClassVar[str] = "category:category:deleted"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"category_id": _CATEGORY, "slug": "mugs"}

    slug: Annotated[str, "What it was called in addresses."]


@dataclass(frozen=True)
class StockAdjusted(ProductEvent):
    """Somebody has changed what is in stock.

    What sales do to it is told by the events of orders.
    """

    name: ClassVar[str] = "stock.adjusted"
    audited: ClassVar[str] = "stock:product:adjusted"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "product_id": _PRODUCT,
        "variant_id": None,
        "kind": "purchase",
        "quantity_change": 40,
        "on_hand": 52,
    }

    variant_id: Annotated[UUID | None, "The variant; null for the product's own stock."]
    kind: Annotated[str, "Why: purchase, adjustment, return or damage."]
    quantity_change: Annotated[int, "How many more there are; negative: fewer."]
    on_hand: Annotated[int, "How many there are now, those that are set aside for orders included."]


@dataclass(frozen=True)
class StockLow(ProductEvent):
    """What is available of a product has come down to its minimum.

    Sent once, when it comes down there; not again before there was more.
    """

    name: ClassVar[str] = "stock.low"
    unaudited: ClassVar[str] = "nobody did it: it follows from sales and adjustments, which are on record"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "product_id": _PRODUCT,
        "variant_id": None,
        "sku": "MUG-01",
        "available": 5,
        "min_stock_level": 5,
    }

    variant_id: Annotated[UUID | None, "The variant; null for the product's own stock."]
    sku: Annotated[str, "The stock keeping unit of the variant, or of the product."]
    available: Annotated[int, "How many can still be sold."]
    min_stock_level: Annotated[int, "The minimum that was set."]


@dataclass(frozen=True)
class AvailabilityChanged(Event):
    """Something can be bought that could not before, or the other way round."""

    name: ClassVar[str] = "stock.availability_changed"
    unaudited: ClassVar[str] = "nobody did it: it follows from sales and adjustments, which are on record"

    organization_id: UUID
    product_id: UUID
    variant_id: UUID | None
    is_available: bool


@dataclass(frozen=True)
class ReviewEvent(CatalogEvent):
    """Something that happened to a review."""

    review_id: Annotated[UUID, "The review."]
    product_id: Annotated[UUID, "The product."]


@dataclass(frozen=True)
class ReviewSubmitted(ReviewEvent):
    """Somebody has reviewed a product, or changed their review.

    It is shown when it is approved.
    """

    name: ClassVar[str] = "review.submitted"
    audited: ClassVar[str] = "review:review:submitted"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"review_id": _REVIEW, "product_id": _PRODUCT, "rating": 5}

    rating: Annotated[int, "From 1 to 5."]


@dataclass(frozen=True)
class ReviewApproved(ReviewEvent):
    """A review is shown, and counts."""

    name: ClassVar[str] = "review.approved"
    audited: ClassVar[str] = "review:review:approved"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"review_id": _REVIEW, "product_id": _PRODUCT, "rating": 5}

    rating: Annotated[int, "From 1 to 5."]


@dataclass(frozen=True)
class ReviewRejected(ReviewEvent):
    """A review is not shown."""

    name: ClassVar[str] = "review.rejected"
    audited: ClassVar[str] = "review:review:rejected"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"review_id": _REVIEW, "product_id": _PRODUCT, "reason": "spam"}

    reason: Annotated[str, "A stable code of why."]


@dataclass(frozen=True)
class ReviewDeleted(ReviewEvent):
    """A review is no longer there."""

    name: ClassVar[str] = "review.deleted"
    audited: ClassVar[str] = "review:review:deleted"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"review_id": _REVIEW, "product_id": _PRODUCT}


@dataclass(frozen=True)
class ProductsImported(CatalogEvent):
    """A table of products was taken in.

    Of the single products nothing else is told: whoever follows them reads the list again.
    """

    name: ClassVar[str] = "product.imported"
    audited: ClassVar[str] = "product:import:finished"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "import_id": "0199f6f0-4c1e-7a52-9d3c-000000000054",
        "created": 120,
        "updated": 14,
        "unchanged": 3,
        "rejected": 1,
    }

    import_id: Annotated[UUID, "The import."]
    created: Annotated[int, "How many products are new."]
    updated: Annotated[int, "How many are other than before."]
    unchanged: Annotated[int, "How many were so already."]
    rejected: Annotated[int, "How many rows were not taken."]
