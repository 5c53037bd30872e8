"""A cart as it stands at this moment: every price, stock and coupon is looked at anew, and what has changed is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.domains.catalog import selectors as catalog
from tenon.domains.catalog.selectors import Offer
from tenon.domains.orders.engines import shipping as senders
from tenon.domains.orders.engines.coupons import Refusal
from tenon.domains.orders.engines.pricing import Line, PricedLine, Totals, price, weight
from tenon.domains.orders.models import Cart, CartItem
from tenon.domains.orders.selectors import coupons, rates
from tenon.domains.orders.selectors.coupons import CouponFacts
from tenon.domains.orders.selectors.rates import MethodFacts
from tenon.platform.organizations import selectors as organizations

UNAVAILABLE, OTHER_CURRENCY = "unavailable", "other_currency"
OUT_OF_STOCK, INSUFFICIENT_STOCK, PRICE_CHANGED = "out_of_stock", "insufficient_stock", "price_changed"
COUPON_REFUSED, SHIPPING_UNAVAILABLE = "coupon_refused", "shipping_unavailable"
FALLBACK_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody should know before they pay. `values` says more: what is available, what it cost before."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of a cart. What cannot be bought has no price, and counts for nothing in the totals."""

    id: UUID
    product_id: UUID
    variant_id: UUID | None
    quantity: int
    offer: Offer | None
    priced: PricedLine | None
    notices: tuple[Notice, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def can_be_bought(self) -> bool:
        """Whether an order takes this line as it is; another price alone does not stand in its way."""
        return all(notice.code == PRICE_CHANGED for notice in self.notices)


@dataclass(frozen=True, slots=True)
class Option:
    """A way of sending the goods of a cart, and what it costs for them, in minor units."""

    method: MethodFacts
    amount: int


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with all that it costs. `id` is None as long as nothing was put in.

    `coupon_refusal` says why the coupon takes nothing off. Without a choice, goods go by the first way of sending that
    there is for them.
    """

    id: UUID | None
    user_id: UUID | None
    currency: str
    country: str
    region: str
    lines: tuple[CartLine, ...]
    totals: Totals
    coupon: CouponFacts | None
    coupon_refusal: Refusal | None
    method: MethodFacts | None
    options: tuple[Option, ...]
    notices: tuple[Notice, ...]
    created_at: datetime | None
    updated_at: datetime | None
    expires_at: datetime | None

    @property
    def item_count(self) -> int:
        """Pieces, of all lines together."""
        return sum(line.quantity for line in self.lines)

    @property
    def is_ready(self) -> bool:
        """Whether it can be ordered as it is."""
        return bool(self.lines) and not self.notices and all(line.can_be_bought for line in self.lines)


def nothing(organization_id: UUID) -> PricedCart:
    """The cart of somebody who has put nothing into one."""
    house = organizations.organization_facts(organization_id=organization_id)
    currency = house.currency or FALLBACK_CURRENCY
    return PricedCart(
        id=None,
        user_id=None,
        currency=currency,
        country=house.country,
        region="",
        lines=(),
        totals=price([], currency=currency),
        coupon=None,
        coupon_refusal=None,
        method=None,
        options=(),
        notices=(),
        created_at=None,
        updated_at=None,
        expires_at=None,
    )


def priced(
    cart: Cart,
    *,
    country: str = "",
    region: str = "",
    coupon_code: str | None = None,
    shipping_code: str | None = None,
    email: str = "",
    now: datetime,
) -> PricedCart:
    """What a cart costs now, in the open organization scope; a number of queries that its lines do not change.

    For the place that the cart names, and the coupon and the method that it has, unless others are given: `country` and
    `region` together, codes as people write them. No country at all is the organization's own. A guest's `email` tells
    how often they have used the coupon. Raises InvalidAmount for a sum that no column holds.
    """
    if not country:
        country, region = cart.country, cart.region
    if not country and cart.organization_id is not None:
        country, region = organizations.organization_facts(organization_id=cart.organization_id).country, ""
    rows = list(CartItem.objects.filter(cart=cart).order_by("created_at", "id").values(*_ITEM))
    offers = catalog.offers((row["product_id"], row["variant_id"]) for row in rows)
    found = [_line(row, offers.get((row["product_id"], row["variant_id"])), cart.currency) for row in rows]
    goods = [line for _, line, _ in found if line is not None]

    coupon = _coupon(cart, coupon_code)
    refusal = None
    if coupon is not None or coupon_code:
        customer = coupons.customer_of(user_id=cart.user_id, email=email) if cart.user_id or email else ""
        refusal = coupons.refusal(coupon, lines=goods, currency=cart.currency, customer=customer, now=now)
    terms = coupon.terms if coupon is not None and refusal is None else None

    # A shop that sends for money in one currency does not send for nothing in another.
    ways = rates.active_methods() if any(line.requires_shipping for line in goods) else []
    priced_alike = [way for way in ways if way.currency == cart.currency]
    serving = [way for way in priced_alike if senders.serves(way.method, country=country, grams=weight(goods))]
    way = _chosen(serving, cart.shipping_method_id, shipping_code)
    totals = price(
        goods,
        coupon=terms,
        method=way.method if way else None,
        rates=rates.rates_at(country, region) if goods else {},
        tax_inclusive=rates.prices_include_tax() if goods else False,
        currency=cart.currency,
    )
    paid = totals.subtotal - totals.discount
    notices = [Notice(COUPON_REFUSED, {"reason": refusal.value})] if refusal else []
    if ways and way is None:
        notices.append(Notice(SHIPPING_UNAVAILABLE))
    return PricedCart(
        id=cart.id,
        user_id=cart.user_id,
        currency=cart.currency,
        country=country,
        region=region,
        lines=_lines(found, totals.lines),
        totals=totals,
        coupon=coupon,
        coupon_refusal=refusal,
        method=way,
        options=tuple(Option(each, senders.cost(each.method, goods=paid, grams=weight(goods))) for each in serving),
        notices=tuple(notices),
        created_at=cart.created_at,
        updated_at=cart.updated_at,
        expires_at=cart.expires_at,
    )


_ITEM = ("id", "product_id", "variant_id", "quantity", "unit_price_amount", "created_at", "updated_at")
_Found = tuple[Mapping[str, Any], Line | None, tuple[Offer | None, tuple[Notice, ...]]]


def _line(row: Mapping[str, Any], offer: Offer | None, currency: str) -> _Found:
    """A row with its line for the engine, None for what cannot be bought, and what is to be said of it."""
    if offer is None or not offer.is_active:
        return row, None, (offer, (Notice(UNAVAILABLE),))
    if offer.price.currency != currency:
        return row, None, (offer, (Notice(OTHER_CURRENCY),))
    notices = []
    if offer.available is not None and row["quantity"] > offer.available:
        code = INSUFFICIENT_STOCK if offer.available else OUT_OF_STOCK
        notices.append(Notice(code, {"available": offer.available}))
    if offer.price.amount != row["unit_price_amount"]:
        notices.append(Notice(PRICE_CHANGED, {"was": row["unit_price_amount"]}))
    line = Line(
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        unit_price=offer.price.amount,
        quantity=row["quantity"],
        tax_class=offer.tax_class,
        weight_grams=offer.weight_grams or 0,
        requires_shipping=offer.requires_shipping and not offer.is_digital,
        category_ids=offer.category_ids,
    )
    return row, line, (offer, tuple(notices))


def _lines(found: Sequence[_Found], priced_lines: Sequence[PricedLine]) -> tuple[CartLine, ...]:
    remaining = iter(priced_lines)
    return tuple(
        CartLine(
            id=row["id"],
            product_id=row["product_id"],
            variant_id=row["variant_id"],
            quantity=row["quantity"],
            offer=offer,
            priced=next(remaining) if line is not None else None,
            notices=notices,
            created_at=row["created_at"],
            updated_at=row["updated_at"],
        )
        for row, line, (offer, notices) in found
    )


def _coupon(cart: Cart, code: str | None) -> CouponFacts | None:
    if code is not None:
        return coupons.find(code=coupons.written(code)) if code else None
    return coupons.find(pk=cart.coupon_id) if cart.coupon_id else None


def _chosen(serving: Sequence[MethodFacts], method_id: UUID | None, code: str | None) -> MethodFacts | None:
    """The method that was asked for, if it serves; the first one where nothing was."""
    if code:
        return next((way for way in serving if way.code == code), None)
    if method_id:
        return next((way for way in serving if way.id == method_id), None)
    return serving[0] if serving else None
