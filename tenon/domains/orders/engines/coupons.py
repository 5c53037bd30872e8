"""What a coupon takes off, and why it takes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from tenon.domains.orders.engines.rounding import MILLION, proportion
from tenon.kernel.money import largest_remainder


class Kind(StrEnum):
    """How a coupon's value is meant: in millionths (125 000 is 12.5 %), or in minor units."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"


class Refusal(StrEnum):
    """Why a cart gets nothing off by a coupon. One that is switched off is as unknown as one that never was."""

    UNKNOWN = "unknown"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"
    OTHER_CURRENCY = "other_currency"
    NOT_FOR_THESE_GOODS = "not_for_these_goods"
    BELOW_MINIMUM = "below_minimum"


class Goods(Protocol):
    """What a coupon looks at in a line."""

    @property
    def product_id(self) -> UUID: ...
    @property
    def category_ids(self) -> frozenset[UUID]: ...
    @property
    def subtotal(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What a coupon takes off, of which goods. Without products and categories it is for all; with both, for either."""

    kind: Kind
    value: int
    minimum: int = 0
    maximum: int | None = None
    product_ids: frozenset[UUID] = frozenset()
    category_ids: frozenset[UUID] = frozenset()


def refusal(terms: Terms, lines: Sequence[Goods]) -> Refusal | None:
    """Why these lines get nothing off by it. The minimum counts only goods that the coupon is for."""
    bases = _bases(terms, lines)
    if not any(_is_for(terms, line) for line in lines):
        return Refusal.NOT_FOR_THESE_GOODS
    return Refusal.BELOW_MINIMUM if sum(bases) < terms.minimum else None


def discounts(terms: Terms, lines: Sequence[Goods]) -> list[int]:
    """What is taken off each line, never more than it costs; nothing where the coupon is refused."""
    bases = _bases(terms, lines)
    whole = sum(bases)
    if not whole or refusal(terms, lines) is not None:
        return [0] * len(lines)
    if terms.kind is Kind.PERCENTAGE:
        off = proportion(whole, min(terms.value, MILLION), MILLION)
        off = off if terms.maximum is None else min(off, terms.maximum)
    else:
        off = terms.value
    return largest_remainder(min(off, whole), bases)


def _bases(terms: Terms, lines: Sequence[Goods]) -> list[int]:
    return [line.subtotal if _is_for(terms, line) else 0 for line in lines]


def _is_for(terms: Terms, line: Goods) -> bool:
    if not terms.product_ids and not terms.category_ids:
        return True
    return line.product_id in terms.product_ids or not terms.category_ids.isdisjoint(line.category_ids)
