"""Some rows of a table at once: products made or changed, in as many statements as for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.utils.text import slugify

from tenon.domains.catalog.engines.tables import Row
from tenon.domains.catalog.models import (
    Category,
    PriceChange,
    Product,
    ProductFacet,
    ProductImport,
    ProductVariant,
    StockLevel,
    StockMovement,
)
from tenon.domains.catalog.models.categories import SLUG_LENGTH
from tenon.domains.catalog.services.stock import levels
from tenon.kernel.ids import new_id


@dataclass(slots=True)
class Outcome:
    """What became of the rows; `rejected` are (row, reasons)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[Row, tuple[str, ...]]] = field(default_factory=list)


def apply(rows: Sequence[Row], *, table: ProductImport, now: datetime) -> Outcome:
    """Make the products of these rows what they say, in the open scope and transaction. No SKU stands there twice."""
    outcome = Outcome()
    ids = list(Product.objects.filter(sku__in=[row.sku for row in rows]).values_list("id", flat=True))
    # The stock before the products, as whoever sells them takes both.
    stock = levels.take(ids)
    known = _products(ids)
    variants = set(ProductVariant.objects.filter(sku__in=[row.sku for row in rows]).values_list("sku", flat=True))
    barcodes = _barcodes(rows)
    categories = _Categories()
    made: list[tuple[Product, int]] = []
    changed: list[tuple[Product, set[str], int]] = []
    moved: list[tuple[UUID, int]] = []
    for row in rows:
        product = known.get(row.sku)
        faults = list(row.faults) or _faults(row, product, variants, barcodes)
        level = stock.get(product.id) if product else None
        if level and row.stock is not None and row.stock < level.on_hand and not level.has(level.on_hand - row.stock):
            faults.append("stock:set_aside")
        if faults:
            outcome.rejected.append((row, tuple(faults)))
            continue
        values = dict(row.values)
        if "barcode" in values:
            barcodes[values["barcode"]] = row.sku
        if row.category:
            values["category_id"] = categories.find(row.category, now=now)
        if product is None:
            made.append((_new(row.sku, values, table, now=now), row.stock or 0))
            continue
        old_price = product.price_amount
        fields = {name for name, value in values.items() if getattr(product, name) != value}
        for name in fields:
            setattr(product, name, values[name])
        difference = row.stock - level.on_hand if level and row.stock is not None else 0
        if difference and level:
            level.on_hand += difference
            moved.append((product.id, difference))
        if fields:
            changed.append((product, fields, old_price))
        outcome.updated += bool(fields or difference)
        outcome.unchanged += not (fields or difference)
    _make(made, table=table, now=now)
    _change(changed, table=table)
    levels.write(stock.values())
    moved += [(product.id, amount) for product, amount in made if amount]
    _note(moved, table=table, now=now)
    outcome.created = len(made)
    return outcome


def _products(ids: Sequence[UUID]) -> dict[str, Product]:
    rows = Product.objects.filter(pk__in=ids).order_by("id")
    held = rows.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    return {product.sku: product for product in held}


def _barcodes(rows: Sequence[Row]) -> dict[str, str]:
    """Whose the barcodes are that the rows name, as SKUs."""
    named = [row.values["barcode"] for row in rows if "barcode" in row.values]
    return dict(Product.objects.filter(barcode__in=named).values_list("barcode", "sku")) if named else {}


def _faults(row: Row, product: Product | None, variants: set[str], barcodes: Mapping[str, str]) -> list[str]:
    faults = []
    if row.sku in variants:
        faults.append("sku:of_a_variant")
    if product is None:
        faults += [f"{name}:required" for name, key in _REQUIRED.items() if row.values.get(key) is None]
    elif "currency" in row.values and row.values["currency"] != product.currency:
        faults.append("currency:another")
    elif "currency" not in row.values and product.currency != _assumed(row, product):
        faults.append("currency:required")
    if barcodes.get(row.values.get("barcode", ""), row.sku) != row.sku:
        faults.append("barcode:taken")
    return faults


_REQUIRED = {"name": "name", "price": "price_amount"}


def _assumed(row: Row, product: Product) -> str:
    """Amounts without a currency were read in the table's; without amounts, none was assumed."""
    amounts = any(name.endswith("_amount") for name in row.values)
    return row.currency if amounts else product.currency


def _new(sku: str, values: dict[str, Any], table: ProductImport, *, now: datetime) -> Product:
    product = Product(sku=sku, **{"currency": table.currency, **values}, created_at=now)
    product.slug = f"{slugify(product.name)[: SLUG_LENGTH - 9].strip('-') or 'item'}-{product.id.hex[-8:]}"
    return product


def _make(made: Sequence[tuple[Product, int]], *, table: ProductImport, now: datetime) -> None:
    Product.objects.bulk_create(product for product, _ in made)
    StockLevel.objects.bulk_create(
        StockLevel(product=product, item_id=product.id, on_hand=stock, created_at=now) for product, stock in made
    )
    _facets([product for product, _ in made])


def _change(changed: Sequence[tuple[Product, set[str], int]], *, table: ProductImport) -> None:
    if not changed:
        return
    fields = sorted(set().union(*(names for _, names, _ in changed)))
    Product.objects.bulk_update([product for product, _, _ in changed], fields)
    PriceChange.objects.bulk_create(
        PriceChange(
            product=product,
            old_amount=old,
            new_amount=product.price_amount,
            currency=product.currency,
            actor_id=table.started_by_id,
        )
        for product, _, old in changed
        if product.price_amount != old
    )
    described = [product for product, names, _ in changed if names & {"tags", "attributes"}]
    if described:
        ProductFacet.objects.filter(product__in=described).delete()
        _facets(described)


def _facets(products: Sequence[Product]) -> None:
    """The values that products are found and counted by, those of their active variants included."""
    wanted: dict[UUID, set[tuple[str, str]]] = {product.id: {("", tag) for tag in product.tags} for product in products}
    for product in products:
        wanted[product.id].update(_pairs(product.attributes))
    variants = ProductVariant.objects.filter(product_id__in=list(wanted), is_active=True)
    for product_id, attributes in variants.values_list("product_id", "attributes") if wanted else ():
        wanted[product_id].update(_pairs(attributes))
    ProductFacet.objects.bulk_create(
        ProductFacet(product_id=product_id, name=name, value=value)
        for product_id, pairs in wanted.items()
        for name, value in sorted(pairs)
    )


def _pairs(attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in attributes.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def _note(moved: Sequence[tuple[UUID, int]], *, table: ProductImport, now: datetime) -> None:
    StockMovement.objects.bulk_create(
        StockMovement(
            product_id=product_id,
            kind=StockMovement.Kind.ADJUSTMENT,
            quantity_change=amount,
            reference_kind=StockMovement.ReferenceKind.IMPORT,
            reference_id=table.id,
            actor_id=table.started_by_id,
            created_at=now,
        )
        for product_id, amount in moved
    )


class _Categories:
    """The categories by their names from the root, read once; those that are missing are made."""

    def __init__(self) -> None:
        self.by_names: dict[tuple[str, ...], Category] | None = None

    def find(self, names: tuple[str, ...], *, now: datetime) -> UUID:
        if self.by_names is None:
            self.by_names = _tree()
        parent = None
        for depth in range(1, len(names) + 1):
            key = names[:depth]
            found = self.by_names.get(key)
            if found is None:
                found = Category(id=new_id(), name=names[depth - 1], parent=parent, created_at=now)
                found.slug = f"{slugify(found.name)[: SLUG_LENGTH - 9].strip('-') or 'item'}-{found.id.hex[-8:]}"
                found.path = found.path_below(parent)
                found.save(force_insert=True)
                self.by_names[key] = found
            parent = found
        return cast(Category, parent).id


def _tree() -> dict[tuple[str, ...], Category]:
    rows = {category.id: category for category in Category.objects.order_by("path")}
    named: dict[tuple[str, ...], Category] = {}
    for category in rows.values():
        ids = [UUID(hex=each) for each in category.path.rstrip("/").split("/")]
        named.setdefault(tuple(rows[each].name for each in ids if each in rows), category)
    return named
