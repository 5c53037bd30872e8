"""Why there is as much of everything as there is."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.catalog.models import Product, StockLevel, StockMovement
from tenon.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class MovementFacts:
    """One change of what is on hand, and where it came from."""

    id: UUID
    product_id: UUID
    variant_id: UUID | None
    kind: str
    quantity_change: int
    reference_kind: str
    reference_id: UUID | None
    note: str
    actor_id: UUID | None
    created_at: datetime


_COLUMNS = [field.name for field in fields(MovementFacts)]


def movement_facts_of(movement: StockMovement) -> MovementFacts:
    """The facts of a movement that is loaded already."""
    return MovementFacts(*(getattr(movement, name) for name in _COLUMNS))


def movements() -> QuerySet[StockMovement, Any]:
    """Every movement of the scope's organization, as values."""
    rows: QuerySet[StockMovement, Any] = StockMovement.objects.values(*_COLUMNS)
    return rows


def levels_of(product_id: UUID) -> QuerySet[StockLevel, Any]:
    """What there is of a product and its variants, in the scope, as values. Raises NotFound for an unknown product."""
    _require_known(product_id)
    rows: QuerySet[StockLevel, Any] = StockLevel.objects.filter(product=product_id)
    return rows.values(
        "id",
        "product_id",
        "variant_id",
        "on_hand",
        "allocated",
        "available",
        "min_stock_level",
        "track_inventory",
        "allow_backorder",
        "created_at",
        "updated_at",
    )


def movements_of(product_id: UUID) -> QuerySet[StockMovement, Any]:
    """Those of a product and its variants, in the scope, as values. Raises NotFound for an unknown product."""
    _require_known(product_id)
    return movements().filter(product=product_id)


def _require_known(product_id: UUID) -> None:
    if not Product.objects.filter(pk=product_id).exists():
        raise NotFound
