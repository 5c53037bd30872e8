"""Many products at once, for demos and measurements, as an import that nobody has sent.

What is written is what the services would have written: the sum of the movements is the stock, the facets are those of
attributes and tags, the documents of the search come by their triggers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, ProtectedError

from tenon.domains.catalog.engines.samples import PREFIX, TREE, Sample, sample, sku_of
from tenon.domains.catalog.errors import ProductInUse
from tenon.domains.catalog.events import ProductsImported
from tenon.domains.catalog.models import (
    Category,
    Product,
    ProductFacet,
    ProductImport,
    ProductVariant,
    StockLevel,
    StockMovement,
)
from tenon.domains.catalog.services.versions import raise_version
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.tenancy.bulk import insert_rows
from tenon.kernel.tenancy.scopes import organization_scope

BATCH = 10_000  # products of a transaction, made or removed
_SLUG = "seed-"
Say = Callable[[int], None]
"""How many there are by now."""


def silently(number: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many were made, and removed before."""

    categories: int = 0
    products: int = 0
    removed: int = 0


def seed_products(
    *,
    organization_id: UUID,
    count: int,
    currency: str,
    now: datetime,
    clear: bool = False,
    categories_only: bool = False,
    say: Say = silently,
) -> Seeded:
    """Have the first `count` samples and their categories; what is there already stays as it is.

    The catalog's version is raised once in each transaction, and one event tells of the whole. `clear` removes all
    samples before. Raises ProductInUse where an order names one of them.
    """
    removed = _clear(organization_id) if clear else 0
    with organization_scope(organization_id):
        made, categories = _categories(now)
    if categories_only:
        return Seeded(categories=made, removed=removed)
    import_id, products = new_id(), 0
    for first in range(1, count + 1, BATCH):
        last = min(first + BATCH - 1, count)
        with organization_scope(organization_id):
            near = Product.objects.filter(sku__gte=sku_of(first), sku__lte=sku_of(last))
            known = set(near.values_list("sku", flat=True))
            missing = [sample(number) for number in range(first, last + 1) if sku_of(number) not in known]
            if missing:
                _make(missing, categories, import_id=import_id, currency=currency, now=now)
                _note(import_id, last, len(missing), currency=currency, now=now)
                raise_version()
        products += len(missing)
        say(last)
    if products:
        _finish(organization_id, import_id, products, now=now)
    return Seeded(made, products, removed)


def _clear(organization_id: UUID) -> int:
    """Remove the samples, some in a transaction, and then those of their categories that nothing else is in."""
    removed = 0
    while True:
        with organization_scope(organization_id):
            some = list(Product.objects.filter(sku__startswith=PREFIX).values_list("id", flat=True)[:BATCH])
            if not some:
                break
            try:
                Product.objects.filter(pk__in=some).delete()
            except ProtectedError:
                raise ProductInUse from None
            removed += len(some)
    with organization_scope(organization_id):
        used = set(Product.objects.filter(category__isnull=False).values_list("category_id", flat=True).distinct())
        for category in Category.objects.filter(slug__startswith=_SLUG).order_by("-path"):
            below = Category.objects.filter(parent=category).exists()
            if category.id not in used and not below:
                category.delete()
        raise_version()
    return removed


def _categories(now: datetime) -> tuple[int, dict[str, UUID]]:
    """How many were made, and the leaves by name."""
    known = {category.slug: category for category in Category.objects.filter(slug__startswith=_SLUG)}
    made = 0
    leaves: dict[str, UUID] = {}

    def have(name: str, parent: Category | None, order: int) -> Category:
        nonlocal made
        slug = f"{_SLUG}{name.lower()}"
        if slug not in known:
            category = Category(name=name, slug=slug, parent=parent, sort_order=order, created_at=now)
            category.path = category.path_below(parent)
            category.save(force_insert=True)
            known[slug] = category
            made += 1
        return known[slug]

    for place, (name, names) in enumerate(TREE.items()):
        root = have(name, None, place)
        for order, leaf in enumerate(names):
            leaves[leaf] = have(leaf, root, order).id
    if made:
        raise_version()
    return made, leaves


def _note(import_id: UUID, line: int, created: int, *, currency: str, now: datetime) -> None:
    """Keep on record how far the import is."""
    if not ProductImport.objects.filter(pk=import_id).update(line=line, created=F("created") + created):
        ProductImport.objects.create(id=import_id, currency=currency, line=line, created=created, created_at=now)


def _finish(organization_id: UUID, import_id: UUID, created: int, *, now: datetime) -> None:
    with organization_scope(organization_id):
        ProductImport.objects.filter(pk=import_id).update(finished_at=now)
        publish(
            ProductsImported(
                organization_id, None, import_id=import_id, created=created, updated=0, unchanged=0, rejected=0
            ),
            aggregate=f"import:{import_id}",
        )


def _make(
    samples: Sequence[Sample], categories: Mapping[str, UUID], *, import_id: UUID, currency: str, now: datetime
) -> None:
    named = [(new_id(), each) for each in samples]
    variants = [
        (new_id(), product_id, name, sku, dict(attributes), place)
        for product_id, each in named
        for place, (name, sku, attributes) in enumerate(each.variants)
    ]
    stock = {product_id: each.stock for product_id, each in named}
    # What is bought as one of its variants has no stock of its own. Product, variant, the one that is sold, on hand.
    levels: list[tuple[UUID, UUID | None, UUID, int]] = [
        (product_id, None, product_id, 0 if each.variants else each.stock) for product_id, each in named
    ]
    levels += [(product_id, variant_id, variant_id, stock[product_id]) for variant_id, product_id, *_ in variants]

    def make_products() -> None:
        rows = (_product(product_id, each, categories, currency) for product_id, each in named)
        insert_rows(Product, _PRODUCT, rows, now=now)

    def make_variants() -> None:
        insert_rows(ProductVariant, ("id", "product_id", "name", "sku", "attributes", "position"), variants, now=now)

    # The search writes a product's document with the product, and again with each variant that comes after it. Where
    # keys are looked at when the transaction ends, variants come first.
    deferred = connection.features.can_defer_constraint_checks
    for make in (make_variants, make_products) if deferred else (make_products, make_variants):
        make()
    insert_rows(StockLevel, ("product_id", "variant_id", "item_id", "on_hand"), levels, now=now)
    kind, whence = StockMovement.Kind.PURCHASE.value, StockMovement.ReferenceKind.IMPORT.value
    insert_rows(
        StockMovement,
        ("product_id", "variant_id", "quantity_change", "kind", "reference_kind", "reference_id"),
        ((product, variant, there, kind, whence, import_id) for product, variant, _, there in levels if there),
        now=now,
    )
    facets = ((product_id, *pair) for product_id, each in named for pair in _facets(each))
    insert_rows(ProductFacet, ("product_id", "name", "value"), facets, now=now)


_PRODUCT = (
    "id",
    "name",
    "slug",
    "sku",
    "description",
    "category_id",
    "price_amount",
    "compare_price_amount",
    "currency",
    "weight_grams",
    "tags",
    "attributes",
    "is_featured",
    "variant_count",
)


def _product(product_id: UUID, each: Sample, categories: Mapping[str, UUID], currency: str) -> tuple[object, ...]:
    return (
        product_id,
        each.name,
        each.slug,
        each.sku,
        each.description,
        categories[each.category],
        each.price,
        each.compare_price,
        currency,
        each.weight_grams,
        list(each.tags),
        dict(each.attributes),
        each.is_featured,
        len(each.variants),
    )


def _facets(each: Sample) -> set[tuple[str, str]]:
    of_variants = {pair for _name, _sku, attributes in each.variants for pair in attributes.items()}
    return {("", tag) for tag in each.tags} | set(each.attributes.items()) | of_variants
