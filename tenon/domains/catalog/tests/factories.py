"""Categories, products, variants and their stock for tests."""

from itertools import count
from typing import Any
from uuid import UUID

from tenon.domains.catalog.models import (
    Category,
    Product,
    ProductImport,
    ProductReview,
    ProductVariant,
    StockLevel,
    StockMovement,
    Wishlist,
    WishlistItem,
)
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.models import User
from tenon.platform.organizations.tests.factories import NOW, acting_as, add_member, make_organization, make_user

__all__ = [
    "NOW",
    "acting_as",
    "add_member",
    "level",
    "make_category",
    "make_import",
    "make_organization",
    "make_product",
    "make_review",
    "make_user",
    "make_variant",
    "make_wish",
    "movement_of",
]

_numbers = count(1)
_STOCK = ("min_stock_level", "track_inventory", "allow_backorder")


def make_category(organization_id: UUID, *, parent: Category | None = None, **fields: Any) -> Category:
    """A category, a root unless it has a parent."""
    number = next(_numbers)
    category = Category(**{"name": f"Category {number}", "slug": f"category-{number}", **fields})
    category.parent = parent
    category.path = category.path_below(parent)
    with organization_scope(organization_id):
        category.save(force_insert=True)
    return category


def make_product(organization_id: UUID, *, stock: int = 10, **fields: Any) -> Product:
    """An active product of USD 24.99 with `stock` on hand, and the movement that brought it there."""
    number = next(_numbers)
    level = {name: fields.pop(name) for name in _STOCK if name in fields}
    values = {
        "name": f"Product {number}",
        "slug": f"product-{number}",
        "sku": f"SKU-{number}",
        "price_amount": 2499,
        "currency": "USD",
        **fields,
    }
    with organization_scope(organization_id):
        product = Product.objects.create(**values)
        StockLevel.objects.create(product=product, item_id=product.id, on_hand=stock, **level)
        _move(product, None, stock)
    return product


def make_variant(product: Product, *, stock: int = 10, **fields: Any) -> ProductVariant:
    """An active variant at its product's price, with `stock` on hand."""
    number = next(_numbers)
    values = {"name": f"Variant {number}", "sku": f"SKU-{number}", **fields}
    with organization_scope(product.organization_id):
        variant = ProductVariant.objects.create(product=product, **values)
        rules = StockLevel.objects.filter(item_id=product.id).values(*_STOCK).get()
        StockLevel.objects.create(product=product, variant=variant, item_id=variant.id, on_hand=stock, **rules)
        _move(product, variant, stock)
        active = ProductVariant.objects.filter(product=product, is_active=True).count()
        Product.objects.filter(pk=product.id).update(variant_count=active)
    return variant


def make_review(product: Product, user: User | None = None, **fields: Any) -> ProductReview:
    """What somebody has said of a product, and nobody has decided about."""
    values = {"rating": 5, "title": "Good", "body": "It is good.", **fields}
    with organization_scope(product.organization_id):
        return ProductReview.objects.create(product=product, user=user or make_user(), **values)


def make_wish(product: Product, user: User) -> WishlistItem:
    """The product, on the person's default list."""
    with organization_scope(product.organization_id):
        wishlist, _ = Wishlist.objects.get_or_create(user=user, name="Wishlist", is_default=True)
        return WishlistItem.objects.create(wishlist=wishlist, product=product)


def make_import(organization_id: UUID, **fields: Any) -> ProductImport:
    """An import that has not begun."""
    with organization_scope(organization_id):
        return ProductImport.objects.create(**{"currency": "USD", **fields})


def level(item: Product | ProductVariant) -> StockLevel:
    """What there is of it, straight from the table."""
    with organization_scope(item.organization_id):
        return StockLevel.objects.get(item_id=item.id)


def movement_of(product: Product) -> StockMovement:
    """The one that brought in what there is of it."""
    with organization_scope(product.organization_id):
        return StockMovement.objects.get(product=product)


def _move(product: Product, variant: ProductVariant | None, stock: int) -> None:
    if stock:
        StockMovement.objects.create(
            product=product,
            variant=variant,
            kind=StockMovement.Kind.PURCHASE,
            quantity_change=stock,
            reference_kind=StockMovement.ReferenceKind.MANUAL,
        )
