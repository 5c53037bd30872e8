"""Many products at once, for demos and measurements. Nobody is told of them, as nobody has made them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import ProtectedError

from tenon.domains.catalog.engines.samples import PREFIX, TREE, Sample, sample
from tenon.domains.catalog.errors import ProductInUse
from tenon.domains.catalog.models import (
    Category,
    Product,
    ProductFacet,
    ProductVariant,
    StockLevel,
    StockMovement,
)
from tenon.domains.catalog.services.versions import raise_version
from tenon.kernel.tenancy.scopes import organization_scope

BATCH = 2000  # products of a transaction
_SLUG = "seed-"
Say = Callable[[int], None]
"""How many there are by now."""


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
    say: Say = lambda number: None,
) -> Seeded:
    """Have the first `count` samples and their categories; what is there already stays as it is.

    `clear` removes all samples before. Raises ProductInUse where an order names one of them.
    """
    removed = _clear(organization_id) if clear else 0
    with organization_scope(organization_id):
        made, categories = _categories(now)
    if categories_only:
        return Seeded(categories=made, removed=removed)
    products = 0
    for first in range(1, count + 1, BATCH):
        with organization_scope(organization_id):
            wanted = [sample(number) for number in range(first, min(first + BATCH, count + 1))]
            known = set(Product.objects.filter(sku__in=[each.sku for each in wanted]).values_list("sku", flat=True))
            missing = [each for each in wanted if each.sku not in known]
            _make(missing, categories, currency=currency, now=now)
            products += len(missing)
            if missing:
                raise_version()
        say(first + len(wanted) - 1)
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


def _categories(now: datetime) -> tuple[int, dict[str, Category]]:
    """How many were made, and the leaves by name."""
    known = {category.slug: category for category in Category.objects.filter(slug__startswith=_SLUG)}
    made = 0
    leaves: dict[str, Category] = {}

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
            leaves[leaf] = have(leaf, root, order)
    if made:
        raise_version()
    return made, leaves


def _make(samples: Sequence[Sample], categories: dict[str, Category], *, currency: str, now: datetime) -> None:
    pairs = [(each, _product(each, categories[each.category], currency, now)) for each in samples]
    Product.objects.bulk_create(product for _, product in pairs)
    variants = [
        ProductVariant(product=product, name=name, sku=sku, attributes=dict(attributes), position=place, created_at=now)
        for each, product in pairs
        for place, (name, sku, attributes) in enumerate(each.variants)
    ]
    ProductVariant.objects.bulk_create(variants)
    levels = [
        StockLevel(product=product, item_id=product.id, on_hand=_own(each), created_at=now) for each, product in pairs
    ]
    stock = {product.id: each.stock for each, product in pairs}
    levels += [
        StockLevel(
            product=variant.product,
            variant=variant,
            item_id=variant.id,
            on_hand=stock[variant.product_id],
            created_at=now,
        )
        for variant in variants
    ]
    StockLevel.objects.bulk_create(levels)
    StockMovement.objects.bulk_create(
        StockMovement(
            product=level.product,
            variant=level.variant,
            kind=StockMovement.Kind.PURCHASE,
            quantity_change=level.on_hand,
            reference_kind=StockMovement.ReferenceKind.IMPORT,
            created_at=now,
        )
        for level in levels
        if level.on_hand
    )
    ProductFacet.objects.bulk_create(
        ProductFacet(product=product, name=name, value=value, created_at=now)
        for each, product in pairs
        for name, value in _facets(each)
    )


def _product(each: Sample, category: Category, currency: str, now: datetime) -> Product:
    return Product(
        name=each.name,
        slug=each.slug,
        sku=each.sku,
        description=each.description,
        category=category,
        price_amount=each.price,
        compare_price_amount=each.compare_price,
        currency=currency,
        weight_grams=each.weight_grams,
        tags=list(each.tags),
        attributes=dict(each.attributes),
        is_featured=each.is_featured,
        variant_count=len(each.variants),
        created_at=now,
    )


def _own(each: Sample) -> int:
    """A product with variants is bought as one of them: it has no stock of its own."""
    return 0 if each.variants else each.stock


def _facets(each: Sample) -> set[tuple[str, str]]:
    of_variants = {pair for _name, _sku, attributes in each.variants for pair in attributes.items()}
    return {("", tag) for tag in each.tags} | set(each.attributes.items()) | of_variants
