"""Variants of a product: made, changed and deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from tenon.domains.catalog.errors import ProductInUse, TooMany
from tenon.domains.catalog.models import Product, ProductVariant, StockLevel
from tenon.domains.catalog.services.editing import Precondition, anything, changed, editing, store
from tenon.domains.catalog.services.facets import write_facets
from tenon.domains.catalog.services.prices import in_minor_units, note_price
from tenon.domains.catalog.services.products import RULES, add_level, locked_product, touch
from tenon.domains.catalog.services.stock import levels
from tenon.kernel.errors import NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried


@retried
def create_variant(*, principal: Principal, product_id: UUID, values: Mapping[str, Any], now: datetime) -> UUID:
    """Make a variant, with `stock` on hand; without a price it costs what its product does. Returns its id.

    Raises Forbidden, NotFound, InvalidAmount, CurrencyMismatch, SkuTaken, TooMany.
    """
    with editing(principal):
        product = locked_product(product_id)
        if ProductVariant.objects.filter(product=product).count() >= settings.CATALOG_MAX_VARIANTS:
            raise TooMany
        fields = in_minor_units(values, currency=product.currency)
        stock = fields.pop("stock", 0)
        variant = ProductVariant(product=product, **fields)
        store(variant, force_insert=True)
        rules = StockLevel.objects.filter(item_id=product.id).values(*RULES).get()
        add_level(product, variant, stock, rules, actor_id=principal.id, now=now)
        _settle(product, actor_id=principal.id)
        return variant.id


@retried
def update_variant(
    *,
    principal: Principal,
    product_id: UUID,
    variant_id: UUID,
    changes: Mapping[str, Any],
    precondition: Precondition = anything,
) -> None:
    """Give fields of a variant other values; a `price` of None makes it its product's.

    Raises Forbidden, NotFound, InvalidAmount, CurrencyMismatch, SkuTaken and what `precondition` raises.
    """
    with editing(principal):
        product = locked_product(product_id)
        variant = _find(product, variant_id)
        precondition(variant.version)
        wanted = in_minor_units(changes, currency=product.currency)
        old_price = variant.price_amount
        fields = changed(variant, wanted)
        if fields:
            store(variant, update_fields=fields)
            if variant.price_amount != old_price:
                note_price(product, variant.id, old_price, variant.price_amount, actor_id=principal.id)
            _settle(product, actor_id=principal.id)


@retried
def delete_variant(
    *, principal: Principal, product_id: UUID, variant_id: UUID, precondition: Precondition = anything
) -> None:
    """Delete a variant with its stock. Raises Forbidden, NotFound, ProductInUse, what `precondition` raises."""
    with editing(principal):
        levels.take([variant_id])
        product = locked_product(product_id)
        variant = _find(product, variant_id)
        precondition(variant.version)
        try:
            with transaction.atomic():
                variant.delete()
        except (ProtectedError, IntegrityError):
            raise ProductInUse from None
        _settle(product, actor_id=principal.id)


def _settle(product: Product, *, actor_id: UUID | None) -> None:
    """Count the variants that can be bought, and write what the product is found by."""
    active = ProductVariant.objects.filter(product=product, is_active=True).count()
    if product.variant_count != active:
        product.variant_count = active
        product.save(update_fields=["variant_count"])
    write_facets(product)
    touch(product, "variants", actor_id=actor_id)


def _find(product: Product, variant_id: UUID) -> ProductVariant:
    variant = ProductVariant.objects.filter(product=product, pk=variant_id).first()
    if variant is None:
        raise NotFound
    return variant
