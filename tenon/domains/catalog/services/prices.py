"""Prices as people write them, made whole minor units; and the record of those that were."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tenon.domains.catalog.events import ProductPriceChanged
from tenon.domains.catalog.models import PriceChange, Product
from tenon.kernel.errors import FieldError
from tenon.kernel.money import CurrencyMismatch, InvalidAmount, Money
from tenon.kernel.outbox.publishing import publish

Given = str | Money
"""A decimal string in the product's currency, or money."""

_SMALLEST = {"price": 1, "compare_price": 1, "cost_price": 0}


def in_minor_units(values: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """`values` with `price`, `compare_price` and `cost_price`, where they are, as columns.

    Raises InvalidAmount for what is too fine, too small or too large, and CurrencyMismatch.
    """
    found = {name: value for name, value in values.items() if name not in _SMALLEST}
    for name in _SMALLEST.keys() & values.keys():
        given = values[name]
        found[f"{name}_amount"] = None if given is None else amount_of(given, name, currency=currency)
    return found


def amount_of(given: Given, name: str, *, currency: str) -> int:
    """Minor units of one amount, which `name` names in refusals. Raises InvalidAmount, CurrencyMismatch."""
    try:
        money = given if isinstance(given, Money) else Money.parse(given, currency)
        if money.currency != currency:
            raise CurrencyMismatch
        if money.amount < _SMALLEST[name]:
            raise InvalidAmount
    except (InvalidAmount, CurrencyMismatch) as refusal:
        kind = type(refusal)
        raise kind(errors=[FieldError(f"/{name}", kind.code, kind.message)]) from None
    return money.amount


def note_price(
    product: Product, variant_id: UUID | None, old: int | None, new: int | None, *, actor_id: UUID | None
) -> None:
    """Keep the price that was, and tell of the one that is."""
    PriceChange.objects.create(
        product=product,
        variant_id=variant_id,
        old_amount=old,
        new_amount=new,
        currency=product.currency,
        actor_id=actor_id,
    )
    event = ProductPriceChanged(product.belongs_to, actor_id, product.id, variant_id, old, new, product.currency)
    publish(event, aggregate=f"product:{product.id}")
