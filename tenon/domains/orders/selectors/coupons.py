"""Coupons: what is known of them, and whether one counts for a cart and its customer."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.orders.engines import coupons as engine
from tenon.domains.orders.engines.coupons import Goods, Kind, Refusal, Terms
from tenon.domains.orders.models import Coupon, CouponUsage
from tenon.kernel import crypto
from tenon.kernel.errors import NotFound
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.engines import addresses


@dataclass(frozen=True, slots=True)
class CouponFacts:
    """What is known of a coupon. Amounts in minor units of its currency, a percentage in millionths."""

    id: UUID
    code: str
    description: str
    kind: str
    value: int
    currency: str
    minimum_order_amount: int
    maximum_discount_amount: int | None
    product_ids: list[str]
    category_ids: list[str]
    usage_limit: int | None
    usage_limit_per_user: int | None
    used: int
    valid_from: datetime | None
    valid_until: datetime | None
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def terms(self) -> Terms:
        """What it takes off, for the engine."""
        return Terms(
            kind=Kind(self.kind),
            value=self.value,
            minimum=self.minimum_order_amount,
            maximum=self.maximum_discount_amount,
            product_ids=frozenset(map(UUID, self.product_ids)),
            category_ids=frozenset(map(UUID, self.category_ids)),
        )

    @property
    def knows_amounts(self) -> bool:
        """Whether it counts in one currency only; a mere percentage counts in any."""
        return self.kind == Kind.FIXED_AMOUNT or bool(self.minimum_order_amount or self.maximum_discount_amount)


_FACTS = tuple(field.name for field in fields(CouponFacts))


def coupons() -> QuerySet[Coupon, Any]:
    """The coupons of the scope's organization, as values."""
    rows: QuerySet[Coupon, Any] = Coupon.objects.values(*_FACTS)
    return rows


def coupon_facts_of(coupon: Coupon) -> CouponFacts:
    """The facts of a coupon that is loaded already."""
    return CouponFacts(**{name: getattr(coupon, name) for name in _FACTS})


def coupon_facts(*, organization_id: UUID, coupon_id: UUID) -> CouponFacts:
    """The facts of a coupon. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        found = find(pk=coupon_id)
    if found is None:
        raise NotFound
    return found


def find(**condition: Any) -> CouponFacts | None:
    """The coupon of that `code` or `pk`, in the open scope."""
    row = coupons().filter(**condition).first()
    return CouponFacts(**row) if row else None


def written(code: str) -> str:
    """A code as it is stored: people type it in any case, and with blanks around it."""
    return code.strip().upper()


def customer_of(*, user_id: UUID | None, email: str) -> str:
    """What tells a customer from others: the account, or a keyed digest of a guest's address. Raises InvalidEmail."""
    if user_id is not None:
        return str(user_id)
    return crypto.mac("orders.customer", addresses.normalized(email).encode()).hex()


def refusal(
    coupon: CouponFacts | None, *, lines: Sequence[Goods], currency: str, customer: str, now: datetime
) -> Refusal | None:
    """Why a coupon takes nothing off these lines, in the open scope; None where it does.

    `customer` is empty as long as nobody knows who it is: how often they have used it is asked when they order.
    """
    if coupon is None or not coupon.is_active:
        return Refusal.UNKNOWN
    if coupon.valid_from is not None and now < coupon.valid_from:
        return Refusal.NOT_YET_VALID
    if coupon.valid_until is not None and now >= coupon.valid_until:
        return Refusal.EXPIRED
    if coupon.usage_limit is not None and coupon.used >= coupon.usage_limit:
        return Refusal.USED_UP
    if customer and has_used_up(customer, coupon.id, coupon.usage_limit_per_user):
        return Refusal.USED_BY_YOU
    if coupon.knows_amounts and coupon.currency != currency:
        return Refusal.OTHER_CURRENCY
    return engine.refusal(coupon.terms, lines)


def has_used_up(customer: str, coupon_id: UUID, limit: int | None) -> bool:
    """Whether the customer has used the coupon as often as each may."""
    return limit is not None and CouponUsage.objects.filter(coupon=coupon_id, customer=customer).count() >= limit


@dataclass(frozen=True, slots=True)
class Judged:
    """What a coupon would do: nothing, for a reason, or take off so many minor units of a currency.

    Without a cart, what it takes off is not known, and `discount` is None.
    """

    coupon: CouponFacts | None
    refusal: Refusal | None
    discount: int | None
    currency: str


def judged(code: str, *, customer: str, now: datetime) -> Judged:
    """Whether a coupon counts at all, whatever is bought, in the open scope."""
    coupon = find(code=written(code))
    currency = coupon.currency if coupon else ""
    why = refusal(coupon, lines=(), currency=currency, customer=customer, now=now)
    if why in {Refusal.NOT_FOR_THESE_GOODS, Refusal.BELOW_MINIMUM}:
        why = None
    return Judged(coupon, why, None, currency)
