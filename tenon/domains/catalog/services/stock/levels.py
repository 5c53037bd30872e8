"""The rows in which stock is counted, taken in one order by everybody: that of the things' ids.

Whoever holds a row knows what it says and is the only one to change it, so nobody decides by what was so a moment ago,
and of two who want the same rows one waits for the other instead of each for each. Whoever wants a product's row, too,
takes it after those of its stock: on MariaDB what a purchase writes down holds the product's row as well.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from tenon.domains.catalog.events import AvailabilityChanged, StockLow
from tenon.domains.catalog.models import StockLevel
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.tenancy.scopes import current_organization_id

_COLUMNS = (
    "item_id",
    "product_id",
    "variant_id",
    "on_hand",
    "allocated",
    "min_stock_level",
    "track_inventory",
    "allow_backorder",
)
_COUNTED = ("on_hand", "allocated")


@dataclass(slots=True)
class Level:
    """What there is of one thing, its row held until the transaction ends unless it is not tracked."""

    item_id: UUID
    product_id: UUID
    variant_id: UUID | None
    on_hand: int
    allocated: int
    min_stock_level: int
    track_inventory: bool
    allow_backorder: bool
    read: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.read = (self.on_hand, self.allocated)

    @property
    def available(self) -> int:
        """What can still be promised; below nothing where more was promised than there is."""
        return self.on_hand - self.allocated

    def has(self, quantity: int) -> bool:
        """Whether so much can be promised or taken away."""
        return not self.track_inventory or self.allow_backorder or self.available >= quantity

    @property
    def changes(self) -> tuple[int, int]:
        """By how much what is on hand and what is allocated differ from what was read."""
        return self.on_hand - self.read[0], self.allocated - self.read[1]

    @property
    def became_available(self) -> bool | None:
        """Whether it can be bought now, where that was otherwise before; else None."""
        before, after = self.read[0] - self.read[1] > 0, self.available > 0
        unlimited = self.allow_backorder or not self.track_inventory
        return None if unlimited or before == after else after

    @property
    def became_low(self) -> bool:
        """Whether what is available came down to the level at which somebody is told, from above it."""
        return self.track_inventory and self.read[0] - self.read[1] > self.min_stock_level >= self.available


def take_tracked(item_ids: Collection[UUID]) -> dict[UUID, Level]:
    """The levels of the things that there are, those that are tracked held. Two queries at most, mostly one.

    What is not tracked is not held: nothing of it changes, and all who buy it would wait for each other.
    """
    found = _found(_held(_of(item_ids).filter(track_inventory=True)))
    if others := set(item_ids) - found.keys():
        found |= _found(_of(others).filter(track_inventory=False))
    return found


def take(item_ids: Collection[UUID]) -> dict[UUID, Level]:
    """The levels of the things that there are, held, tracked or not. One query, or none for nothing."""
    return _found(_held(_of(item_ids))) if item_ids else {}


def hold_product(product_id: UUID) -> None:
    """Hold the rows of a product and of all of its variants, before the product itself. Two queries."""
    # By their keys, as with everybody else: on MariaDB an index is held as well by which a row is found.
    take(list(StockLevel.objects.filter(product=product_id).values_list("item_id", flat=True)))


def write(levels: Iterable[Level]) -> None:
    """Write what was changed, in one statement; and tell of what became low, ran out or is there again."""
    changed = {level.item_id: level for level in levels if any(level.changes)}
    if not changed:
        return
    amounts = {
        column: F(column) + _by_item({item: level.changes[place] for item, level in changed.items()})
        for place, column in enumerate(_COUNTED)
        if any(level.changes[place] for level in changed.values())
    }
    _of(changed).update(**amounts)
    _tell(changed.values())


def _of(item_ids: Collection[UUID]) -> QuerySet[StockLevel]:
    return StockLevel.objects.filter(item_id__in=item_ids)


def _held(rows: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
    return rows.order_by("item_id").select_for_update(no_key=connection.features.has_select_for_no_key_update)


def _found(rows: QuerySet[StockLevel]) -> dict[UUID, Level]:
    return {row[0]: Level(*row) for row in rows.values_list(*_COLUMNS)}


def _by_item(amounts: Mapping[UUID, int]) -> Any:
    if len(different := set(amounts.values())) == 1:
        return Value(different.pop())
    return Case(*(When(item_id=item_id, then=Value(amount)) for item_id, amount in amounts.items()))


def _tell(changed: Collection[Level]) -> None:
    organization_id = cast(UUID, current_organization_id())
    low = [level for level in changed if level.became_low]
    skus = _skus([level.item_id for level in low]) if low else {}
    for level in low:
        event = StockLow(
            organization_id=organization_id,
            actor_id=None,
            product_id=level.product_id,
            variant_id=level.variant_id,
            sku=skus[level.item_id],
            available=level.available,
            min_stock_level=level.min_stock_level,
        )
        publish(event, aggregate=f"stock:{level.item_id}")
    for level in changed:
        if (is_available := level.became_available) is not None:
            publish(AvailabilityChanged(organization_id, level.product_id, level.variant_id, is_available))


def _skus(item_ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(_of(item_ids).values_list("item_id", Coalesce("variant__sku", "product__sku")))
