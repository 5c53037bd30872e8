"""What can be bought, and for how much: what carts and orders ask of the catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, Q

from tenon.domains.catalog.models import Product, ProductVariant
from tenon.kernel.money import Money

Key = tuple[UUID, UUID | None]
"""A product, and one of its variants or none."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A product, or one variant of it, as it is sold at this moment.

    `available` is None where there is no limit. `is_active` is whether it can be bought: both are offered, and a
    product with variants is bought as one of them. `attributes` of a variant stand over its product's. `category_ids`
    are its category's and those above that.
    """

    product_id: UUID
    variant_id: UUID | None
    name: str
    variant_name: str
    sku: str
    price: Money
    compare_price: Money | None
    tax_class: str
    weight_grams: int | None
    requires_shipping: bool
    is_digital: bool
    attributes: Mapping[str, Any]
    is_active: bool
    has_variants: bool
    available: int | None
    image_file_id: UUID | None
    category_ids: frozenset[UUID]


def offers(keys: Iterable[Key]) -> dict[Key, Offer]:
    """The offers of these keys, in the open organization scope; what is not known here is left out.

    Two queries: products, variants, each with its stock. A variant is known under its own product alone.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    products = {row["id"]: row for row in _products({product_id for product_id, _ in wanted})}
    variant_ids = {variant_id for _, variant_id in wanted if variant_id is not None}
    variants = {(row["product_id"], row["id"]): row for row in (_variants(variant_ids) if variant_ids else ())}
    found: dict[Key, Offer] = {}
    for key in wanted:
        product_id, variant_id = key
        if product_id not in products:
            continue
        if variant_id is None:
            found[key] = _of_product(products[product_id])
        elif (product_id, variant_id) in variants:
            found[key] = _of_variant(products[product_id], variants[(product_id, variant_id)])
    return found


_STOCK = ("available", "track_inventory", "allow_backorder")


def _products(ids: set[UUID]) -> Iterable[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = (
        Product.objects.filter(pk__in=ids)
        .annotate(
            own=FilteredRelation("stock_levels", condition=Q(stock_levels__variant__isnull=True)),
            picture=FilteredRelation("images", condition=Q(images__is_primary=True)),
        )
        .values(
            "id",
            "name",
            "sku",
            "price_amount",
            "compare_price_amount",
            "currency",
            "tax_class",
            "weight_grams",
            "requires_shipping",
            "is_digital",
            "attributes",
            "is_active",
            "variant_count",
            "category__path",
            "picture__file_id",
            *(f"own__{name}" for name in _STOCK),
        )
    )
    return rows


def _variants(ids: set[UUID]) -> Iterable[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = ProductVariant.objects.filter(pk__in=ids).values(
        "id",
        "product_id",
        "name",
        "sku",
        "price_amount",
        "weight_grams",
        "attributes",
        "is_active",
        *(f"stock_levels__{name}" for name in _STOCK),
    )
    return rows


def _of_product(row: Mapping[str, Any]) -> Offer:
    return Offer(
        product_id=row["id"],
        variant_id=None,
        name=row["name"],
        variant_name="",
        sku=row["sku"],
        price=Money(row["price_amount"], row["currency"]),
        compare_price=_compared(row),
        tax_class=row["tax_class"],
        weight_grams=row["weight_grams"],
        requires_shipping=row["requires_shipping"],
        is_digital=row["is_digital"],
        attributes=row["attributes"],
        is_active=row["is_active"] and row["variant_count"] == 0,
        has_variants=row["variant_count"] > 0,
        available=_available(row, "own"),
        image_file_id=row["picture__file_id"],
        category_ids=_categories(row),
    )


def _of_variant(product: Mapping[str, Any], row: Mapping[str, Any]) -> Offer:
    amount = product["price_amount"] if row["price_amount"] is None else row["price_amount"]
    return Offer(
        product_id=product["id"],
        variant_id=row["id"],
        name=product["name"],
        variant_name=row["name"],
        sku=row["sku"],
        price=Money(amount, product["currency"]),
        compare_price=_compared(product),
        tax_class=product["tax_class"],
        weight_grams=product["weight_grams"] if row["weight_grams"] is None else row["weight_grams"],
        requires_shipping=product["requires_shipping"],
        is_digital=product["is_digital"],
        attributes={**product["attributes"], **row["attributes"]},
        is_active=product["is_active"] and row["is_active"],
        has_variants=product["variant_count"] > 0,
        available=_available(row, "stock_levels"),
        image_file_id=product["picture__file_id"],
        category_ids=_categories(product),
    )


def _categories(product: Mapping[str, Any]) -> frozenset[UUID]:
    return frozenset(UUID(each) for each in (product["category__path"] or "").split("/") if each)


def _compared(product: Mapping[str, Any]) -> Money | None:
    amount = product["compare_price_amount"]
    return None if amount is None else Money(amount, product["currency"])


def _available(row: Mapping[str, Any], level: str) -> int | None:
    if row[f"{level}__allow_backorder"] or row[f"{level}__track_inventory"] is False:
        return None
    return max(row[f"{level}__available"] or 0, 0)
