"""Products: made, changed and deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tenon.domains.catalog.errors import ProductInUse, StockSetAside
from tenon.domains.catalog.events import ProductCreated, ProductDeleted, ProductEvent, ProductUpdated
from tenon.domains.catalog.models import Category, Product, ProductImage, ProductVariant, StockLevel, StockMovement
from tenon.domains.catalog.models.products import SLUG_LENGTH
from tenon.domains.catalog.selectors import shop_currency
from tenon.domains.catalog.services.editing import Precondition, anything, changed, editing, slug_for, store
from tenon.domains.catalog.services.facets import write_facets
from tenon.domains.catalog.services.prices import in_minor_units, note_price
from tenon.domains.catalog.services.stock import levels
from tenon.domains.catalog.services.versions import raise_version
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.parents import require_same_organization

RULES = ("min_stock_level", "track_inventory", "allow_backorder")
_OF_VARIANTS = ("track_inventory", "allow_backorder")


@retried
def create_product(*, principal: Principal, values: Mapping[str, Any], now: datetime) -> UUID:
    """Make a product, with `stock` on hand; a slug is made of the name, and the currency is the shop's, unless given.
    Returns its id.

    Raises Forbidden, Invalid for an unknown category, UnknownCurrency, InvalidAmount, CurrencyMismatch, SlugTaken,
    SkuTaken, BarcodeTaken.
    """
    with editing(principal) as organization_id:
        fields = dict(values)
        rules = {name: fields.pop(name) for name in RULES if name in fields}
        stock = fields.pop("stock", 0)
        fields["currency"] = fields.get("currency") or shop_currency(organization_id)
        fields = in_minor_units(fields, currency=fields["currency"])
        require_same_organization(Category, [fields.get("category_id")], pointer="/category_id")
        product = Product(**fields)
        product.slug = product.slug or slug_for(product.name, longest=SLUG_LENGTH)
        store(product, force_insert=True)
        add_level(product, None, stock, rules, actor_id=principal.id, now=now)
        write_facets(product)
        tell(ProductCreated(organization_id, principal.id, product.id, product.sku))
        raise_version()
        return product.id


@retried
def update_product(
    *,
    principal: Principal,
    product_id: UUID,
    changes: Mapping[str, Any],
    precondition: Precondition = anything,
) -> None:
    """Give fields of a product other values.

    Raises Forbidden, NotFound, Invalid for an unknown category, InvalidAmount, CurrencyMismatch, SlugTaken, SkuTaken,
    BarcodeTaken, StockSetAside where stock is to be counted and more is promised than there is, and what
    `precondition` raises.
    """
    wanted = dict(changes)
    rules = {name: wanted.pop(name) for name in RULES if name in wanted}
    with editing(principal) as organization_id:
        if rules:
            levels.hold_product(product_id)
        product = locked_product(product_id)
        precondition(product.version)
        currency = wanted.get("currency") or product.currency
        wanted = in_minor_units({**wanted, "currency": currency}, currency=currency)
        if wanted.get("category_id") is not None:
            require_same_organization(Category, [wanted["category_id"]], pointer="/category_id")
        old_price = product.price_amount
        fields = changed(product, wanted)
        if fields:
            store(product, update_fields=fields)
        told = {name.removesuffix("_amount").removesuffix("_id") for name in fields} | _rule(product, rules)
        if {"attributes", "tags"} & set(fields):
            write_facets(product)
        if product.price_amount != old_price:
            note_price(product, None, old_price, product.price_amount, actor_id=principal.id)
        if told:
            tell(ProductUpdated(organization_id, principal.id, product.id, tuple(sorted(told))))
            raise_version()


@retried
def delete_product(*, principal: Principal, product_id: UUID, precondition: Precondition = anything) -> None:
    """Delete a product with all that is its own: variants, stock and its ledger, pictures, reviews.

    Raises Forbidden, NotFound, ProductInUse where an order names it, and what `precondition` raises.
    """
    with editing(principal) as organization_id:
        levels.hold_product(product_id)
        product = locked_product(product_id)
        precondition(product.version)
        files = files_of(ProductImage.objects.filter(product=product).values_list("file_id", "renditions"))
        try:
            with transaction.atomic():
                product.delete()
        except (ProtectedError, IntegrityError):
            raise ProductInUse from None
        drop_files(organization_id, files)
        tell(ProductDeleted(organization_id, principal.id, product_id, product.sku))
        raise_version()


def locked_product(product_id: UUID) -> Product:
    """The product, its row held. Raises NotFound."""
    rows = Product.objects.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    product = rows.filter(pk=product_id).first()
    if product is None:
        raise NotFound
    return product


def touch(product: Product, *fields: str, actor_id: UUID | None) -> None:
    """Count a change of what belongs to a product, and tell of it."""
    product.save(update_fields=["updated_at"])
    tell(ProductUpdated(product.belongs_to, actor_id, product.id, fields))
    raise_version()


def add_level(
    product: Product,
    variant: ProductVariant | None,
    stock: int,
    rules: Mapping[str, Any],
    *,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """The row of stock of something new, and the movement that brought in what there is."""
    item_id = variant.id if variant else product.id
    StockLevel.objects.create(product=product, variant=variant, item_id=item_id, on_hand=stock, **rules)
    if stock:
        StockMovement.objects.create(
            product=product,
            variant=variant,
            kind=StockMovement.Kind.PURCHASE,
            quantity_change=stock,
            reference_kind=StockMovement.ReferenceKind.MANUAL,
            actor_id=actor_id,
            created_at=now,
        )


def tell(event: ProductEvent) -> None:
    """Publish an event of a product, in the order of its changes."""
    publish(event, aggregate=f"product:{event.product_id}")


def files_of(images: Any) -> list[str]:
    """The ids of all files of pictures that are given as (file, renditions)."""
    return [str(each) for file_id, renditions in images for each in (file_id, *renditions.values())]


def drop_files(organization_id: UUID, files: list[str]) -> None:
    """Delete files that nothing shows any more, when this is committed."""
    if files:
        payload = {"organization_id": organization_id, "file_ids": [UUID(each) for each in files]}
        enqueue("catalog.drop_files", payload, organization_id=organization_id)


def _rule(product: Product, rules: Mapping[str, Any]) -> set[str]:
    """How the product's stock is counted, its rows held; its variants' rows have copies of what decides a sale."""
    if not rules:
        return set()
    row = StockLevel.objects.get(item_id=product.id)
    fields = changed(row, rules)
    if not fields:
        return set()
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
            shared = {name: rules[name] for name in _OF_VARIANTS if name in fields}
            if shared:
                StockLevel.objects.filter(product=product, variant__isnull=False).update(**shared)
    except IntegrityError:
        raise StockSetAside from None
    return set(fields)
