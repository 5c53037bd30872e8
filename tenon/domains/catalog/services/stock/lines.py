"""What is asked of stock: so many of a thing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.services.stock.levels import Level
from tenon.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class StockLine:
    """So many of a product, or of one of its variants. `quantity` is 1 or more."""

    product_id: UUID
    variant_id: UUID | None
    quantity: int

    @property
    def item_id(self) -> UUID:
        """The thing that is counted."""
        return self.variant_id or self.product_id


def added_up(lines: Iterable[StockLine]) -> Counter[UUID]:
    """How many of each thing. Raises ValueError for a quantity below 1."""
    wanted: Counter[UUID] = Counter()
    for line in lines:
        if line.quantity < 1:
            raise ValueError("A line of stock is of one thing or more.")
        wanted[line.item_id] += line.quantity
    return wanted


def require_known(lines: Iterable[StockLine], found: dict[UUID, Level]) -> None:
    """Raises NotFound for a line of what is not there, or of another product's variant."""
    for line in lines:
        level = found.get(line.item_id)
        if level is None or (level.product_id, level.variant_id) != (line.product_id, line.variant_id):
            raise NotFound


def require_enough(wanted: Counter[UUID], found: dict[UUID, Level]) -> None:
    """Raises OutOfStock, which names each thing of which there is less, with what there is."""
    short = [found[item_id] for item_id, quantity in wanted.items() if not found[item_id].has(quantity)]
    if short:
        lines = [
            {
                "product_id": level.product_id,
                "variant_id": level.variant_id,
                "requested": wanted[level.item_id],
                "available": max(level.available, 0),
            }
            for level in short
        ]
        raise OutOfStock(extra={"lines": lines})
