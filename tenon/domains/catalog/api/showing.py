"""Facts of the catalog as the serializers describe them."""

from collections.abc import Mapping
from typing import Any

from tenon.domains.catalog.selectors import CategoryFacts
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


def category(facts: CategoryFacts) -> dict[str, Any]:
    """As CategorySerializer says."""
    return {name: getattr(facts, name) for name in _CATEGORY}


def node(row: Mapping[str, Any]) -> dict[str, Any]:
    """As CategoryNodeSerializer says."""
    kept = {name: row[name] for name in ("id", "name", "slug", "is_active")}
    return {**kept, "children": [node(child) for child in row["children"]]}


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
