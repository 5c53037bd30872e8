"""All products as a table, read in pieces that are no longer than a moment each."""

import csv
from collections.abc import Mapping
from io import TextIOWrapper
from typing import IO, Any
from uuid import UUID

from tenon.domains.catalog.engines import tables
from tenon.domains.catalog.models import Category, Product, StockLevel
from tenon.domains.catalog.services.imports.running import Report
from tenon.kernel.money import Money
from tenon.kernel.tenancy.scopes import organization_scope

_PIECE = 1000


def export(*, organization_id: UUID, target: IO[bytes], report: Report) -> int:
    """Write every product into `target` as CSV in UTF-8, and return how many. What changes meanwhile may be either."""
    text = TextIOWrapper(target, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(tables.COLUMNS)
    with organization_scope(organization_id, read_only=True):
        total = Product.objects.count()
        categories = {row.id: row for row in Category.objects.all()}
    done, last = 0, None
    while True:
        with organization_scope(organization_id, read_only=True):
            rows = Product.objects.order_by("id")
            some = list((rows.filter(id__gt=last) if last else rows)[:_PIECE])
            stock = dict(
                StockLevel.objects.filter(item_id__in=[product.id for product in some]).values_list(
                    "item_id", "on_hand"
                )
            )
        if not some:
            break
        writer.writerows(tables.written(_values(product, categories, stock.get(product.id, 0))) for product in some)
        done, last = done + len(some), some[-1].id
        report(min(done / total, 0.99) if total else 0.99)
    text.flush()
    text.detach()
    return done


def _values(product: Product, categories: Mapping[UUID, Category], stock: int) -> dict[str, Any]:
    def money(amount: int | None) -> str:
        return "" if amount is None else str(Money(amount, product.currency))

    return {
        "sku": product.sku,
        "name": product.name,
        "description": product.description,
        "category": _path(product.category_id, categories),
        "price": money(product.price_amount),
        "compare_price": money(product.compare_price_amount),
        "cost_price": money(product.cost_price_amount),
        "currency": product.currency,
        "stock": stock,
        "barcode": product.barcode or "",
        "tags": tables.BETWEEN_TAGS.join(product.tags),
        "attributes": tables.attributes_text(product.attributes),
        "weight_grams": "" if product.weight_grams is None else product.weight_grams,
        "tax_class": product.tax_class,
        "is_active": str(product.is_active).lower(),
        "is_featured": str(product.is_featured).lower(),
    }


def _path(category_id: UUID | None, categories: Mapping[UUID, Category]) -> str:
    if category_id is None or category_id not in categories:
        return ""
    ids = [UUID(hex=each) for each in categories[category_id].path.rstrip("/").split("/")]
    return f" {tables.BETWEEN_CATEGORIES} ".join(categories[each].name for each in ids if each in categories)
