"""Facts of the catalog as the serializers describe them."""

from collections.abc import Mapping
from typing import Any

from tenon.domains.catalog.api.products import IMAGE, represent
from tenon.domains.catalog.selectors import CategoryFacts, ImageFacts, ProductInFull, VariantFacts
from tenon.kernel.http.amounts import shown

_CATEGORY = (
    "id",
    "name",
    "slug",
    "description",
    "parent_id",
    "depth",
    "ancestor_ids",
    "sort_order",
    "is_active",
    "meta_title",
    "meta_description",
    "created_at",
    "updated_at",
)
_DETAIL = (
    "description",
    "barcode",
    "weight_grams",
    "dimensions",
    "attributes",
    "tax_class",
    "meta_title",
    "meta_description",
)
_REVIEW = (
    "id",
    "product_id",
    "user_name",
    "rating",
    "title",
    "body",
    "is_verified_purchase",
    "state",
    "created_at",
    "updated_at",
)
_STOCK = ("on_hand", "allocated", "min_stock_level", "track_inventory", "allow_backorder")


def category(facts: CategoryFacts) -> dict[str, Any]:
    """As CategorySerializer says."""
    return {name: getattr(facts, name) for name in _CATEGORY}


def node(row: Mapping[str, Any]) -> dict[str, Any]:
    """As CategoryNodeSerializer says."""
    kept = {name: row[name] for name in ("id", "name", "slug", "is_active")}
    return {**kept, "children": [node(child) for child in row["children"]]}


def product(found: ProductInFull, *, staff: bool) -> dict[str, Any]:
    """As ProductInFullSerializer says."""
    row = found.row
    body = represent(row)
    body.update((name, row[name]) for name in _DETAIL)
    body["variants"] = [variant(each, staff=staff) for each in found.variants]
    body["images"] = [image(each) for each in found.images]
    body["reviews"] = [{name: getattr(each, name) for name in _REVIEW} for each in found.reviews]
    if staff:
        body.update(shown("cost_price", row["cost_price_amount"], row["currency"]))
        body.update((name, row[f"own__{name}"]) for name in _STOCK)
    return body


def variant(facts: VariantFacts, *, staff: bool) -> dict[str, Any]:
    """As VariantSerializer says."""
    body = {
        "id": facts.id,
        "product_id": facts.product_id,
        "name": facts.name,
        "sku": facts.sku,
        **shown("price", facts.price_amount, facts.currency),
        "has_own_price": facts.own_price,
        "weight_grams": facts.weight_grams,
        "attributes": facts.attributes,
        "is_active": facts.is_active,
        "position": facts.position,
        "in_stock": facts.available is None or facts.available > 0,
        "stock": facts.available,
        "created_at": facts.created_at,
        "updated_at": facts.updated_at,
    }
    return {**body, "on_hand": facts.on_hand, "allocated": facts.allocated} if staff else body


def image(facts: ImageFacts) -> dict[str, Any]:
    """As ProductImageSerializer says."""
    return {
        "id": facts.id,
        "product_id": facts.product_id,
        "file_id": facts.file_id,
        "url": IMAGE % facts.id,
        "widths": sorted(map(int, facts.renditions)),
        "alt": facts.alt,
        "position": facts.position,
        "is_primary": facts.is_primary,
        "width": facts.width,
        "height": facts.height,
    }


def price(row: Mapping[str, Any]) -> dict[str, Any]:
    """As PriceChangeSerializer says."""
    return {
        "id": row["id"],
        "variant_id": row["variant_id"],
        **shown("old_price", row["old_amount"], row["currency"]),
        **shown("new_price", row["new_amount"], row["currency"]),
        "actor_id": row["actor_id"],
        "created_at": row["created_at"],
    }
