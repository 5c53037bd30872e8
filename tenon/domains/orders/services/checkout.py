"""From a cart to an order, in one transaction: priced anew, reserved, written down, and the cart is empty.

How many statements that takes does not depend on how many lines there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.orders.engines.numbers import new_number
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.errors import AddressRequired, EmptyCart, NotOffered, PriceChanged, ShippingUnavailable
from tenon.domains.orders.events import OrderPlaced
from tenon.domains.orders.models import Cart, Order, OrderItem
from tenon.domains.orders.selectors import carts as pricing
from tenon.domains.orders.selectors.carts import CartLine, PricedCart
from tenon.domains.orders.services import carts, coupons, orders, payments
from tenon.domains.orders.services.cart_holders import Holder, held, settle
from tenon.domains.orders.services.turns import note_step, tell
from tenon.kernel.errors import FieldError
from tenon.kernel.ids import new_id
from tenon.kernel.money import Money
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.engines import addresses

Method = Order.PaymentMethod
_TRIES = 3  # two random numbers of ten characters being the same, twice in a row


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a shopper says when they order. Codes as people write them; None is what the cart has.

    `expected_total` is what they were shown, a decimal string or money: another price is refused.
    """

    payment_method: str
    shipping_address: Mapping[str, str] = field(default_factory=dict)
    billing_address: Mapping[str, str] = field(default_factory=dict)
    coupon_code: str | None = None
    shipping_method: str | None = None
    note: str = ""
    email: str = ""
    locale: str = ""
    expected_total: str | Money | None = None

    @property
    def address(self) -> str:
        """Where letters about the order go."""
        return self.email or self.shipping_address.get("email") or self.billing_address.get("email") or ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that has come about, for a guest as well as for a person."""

    id: UUID
    number: str
    user_id: UUID | None


@retried
def place(*, organization_id: UUID, holder: Holder, actor_id: UUID | None, wishes: Wishes, now: datetime) -> Placed:
    """Order what is in the holder's cart, and empty it. Everything happens, or nothing.

    What is paid on delivery, and what costs nothing, is confirmed at once. Raises EmptyCart, AddressRequired,
    InvalidEmail, NotOffered, OutOfStock, CouponRefused, ShippingUnavailable, MethodUnavailable, PriceChanged,
    InvalidAmount.
    """
    payments.provider_of(wishes.payment_method)
    _require_emails(wishes)
    settle(organization_id=organization_id, holder=holder, now=now)
    for tries_left in reversed(range(_TRIES)):
        try:
            with organization_scope(organization_id):
                return _place(holder, actor_id, wishes, now=now)
        except IntegrityError:
            # The number was another order's; whatever else it is will be so again.
            if not tries_left:
                raise
    raise AssertionError("The last try returns or raises.")


def _place(holder: Holder, actor_id: UUID | None, wishes: Wishes, *, now: datetime) -> Placed:
    cart = held(holder, now=now)
    if cart is None:
        raise EmptyCart
    priced = _priced(cart, wishes, now=now)
    order = _order(priced, wishes, now=now)
    lines = [StockLine(line.product_id, line.variant_id, line.quantity) for line in priced.lines]
    # The order has its own time, and lets go of what is reserved for it when that is up.
    stock.reserve(lines=lines, reference=order.id, until=None, now=now)
    order.save(force_insert=True)
    OrderItem.objects.bulk_create(_items(order, priced.lines))
    note_step(order, "", actor_id=actor_id, now=now)
    if priced.coupon is not None:
        coupons.redeem(
            coupon_id=priced.coupon.id,
            order_id=order.id,
            user_id=order.user_id,
            email=order.email,
            discount_amount=order.discount_amount,
            now=now,
        )
    carts.empty(cart)
    tell(
        OrderPlaced(
            organization_id=order.belongs_to,
            actor_id=actor_id,
            order_id=order.id,
            number=order.number,
            user_id=order.user_id,
            total_amount=order.total_amount,
            currency=order.currency,
            payment_method=order.payment_method,
        )
    )
    if order.payment_method == Method.CASH_ON_DELIVERY or not order.total_amount:
        orders.confirm(order, actor_id=actor_id, now=now)
    return Placed(order.id, order.number, order.user_id)


def _priced(cart: Cart, wishes: Wishes, *, now: datetime) -> PricedCart:
    """The cart as it is ordered. Raises what stands in the way of that."""
    place = wishes.shipping_address or wishes.billing_address
    priced = pricing.priced(
        cart,
        country=place.get("country", ""),
        region=place.get("region", ""),
        coupon_code=wishes.coupon_code,
        shipping_code=wishes.shipping_method,
        email=wishes.address,
        now=now,
    )
    if not priced.lines:
        raise EmptyCart
    gone = [_named(line) for line in priced.lines if line.priced is None]
    if gone:
        raise NotOffered(extra={"lines": gone})
    _require_addresses(cart, priced, wishes)
    if priced.coupon_refusal is not None:
        raise coupons.refused(priced.coupon_refusal)
    is_sent = any(line.priced is not None and line.priced.line.requires_shipping for line in priced.lines)
    if is_sent and priced.method is None and (priced.notices or wishes.shipping_method):
        raise ShippingUnavailable(
            errors=[FieldError("/shipping_method", ShippingUnavailable.code, ShippingUnavailable.message)]
        )
    _require_price(Money(priced.totals.total, priced.currency), wishes.expected_total)
    return priced


def _require_emails(wishes: Wishes) -> None:
    """Letters go there, and by them the coupons of guests are counted. Raises InvalidEmail."""
    given = {
        "/email": wishes.email,
        "/shipping_address/email": wishes.shipping_address.get("email"),
        "/billing_address/email": wishes.billing_address.get("email"),
    }
    for pointer, email in given.items():
        if email:
            addresses.normalized(email, pointer=pointer)


def _require_price(total: Money, expected: str | Money | None) -> None:
    if isinstance(expected, str):
        expected = Money.parse(expected, total.currency)
    if expected is not None and expected != total:
        raise PriceChanged(extra={"total": str(total), "currency": total.currency})


def _require_addresses(cart: Cart, priced: PricedCart, wishes: Wishes) -> None:
    faults = []
    is_sent = any(line.priced is not None and line.priced.line.requires_shipping for line in priced.lines)
    if is_sent and not wishes.shipping_address:
        faults.append(FieldError("/shipping_address", "required", _("Say where to send it.")))
    if cart.user_id is None and not wishes.address:
        faults.append(FieldError("/email", "required", _("Guests say where they can be written to.")))
    if faults:
        raise AddressRequired(errors=faults)


def _order(priced: PricedCart, wishes: Wishes, *, now: datetime) -> Order:
    totals, is_free = priced.totals, not priced.totals.total
    return Order(
        id=new_id(),
        number=new_number(settings.ORDER_NUMBER_PREFIX),
        user_id=priced.user_id,
        email=wishes.address,
        locale=wishes.locale,
        state=OrderState.PENDING.value,
        payment_status=Order.PaymentStatus.PAID if is_free else Order.PaymentStatus.PENDING,
        payment_method=wishes.payment_method,
        shipping_address=dict(wishes.shipping_address),
        billing_address=dict(wishes.billing_address or wishes.shipping_address),
        currency=totals.currency,
        subtotal_amount=totals.subtotal,
        discount_amount=totals.discount,
        shipping_amount=totals.shipping,
        shipping_tax_amount=totals.shipping_tax,
        tax_amount=totals.tax,
        total_amount=totals.total,
        taxes=[asdict(tax) for tax in totals.taxes],
        tax_inclusive=totals.tax_inclusive,
        coupon_code=priced.coupon.code if priced.coupon else "",
        shipping_method_code=priced.method.code if priced.method else "",
        shipping_method_name=priced.method.name if priced.method else "",
        customer_note=wishes.note,
        placed_at=now,
        expires_at=_expiry(wishes.payment_method, now),
    )


def _items(order: Order, lines: Sequence[CartLine]) -> list[OrderItem]:
    found: list[tuple[CartLine, Any, Any]] = [(line, line.offer, line.priced) for line in lines]
    return [
        OrderItem(
            order=order,
            position=position,
            product_id=line.product_id,
            variant_id=line.variant_id,
            name=offer.name,
            variant_name=offer.variant_name,
            sku=offer.sku,
            attributes=dict(offer.attributes),
            image_file_id=offer.image_file_id,
            requires_shipping=priced.line.requires_shipping,
            quantity=line.quantity,
            unit_price_amount=priced.line.unit_price,
            subtotal_amount=priced.subtotal,
            discount_amount=priced.discount,
            tax_amount=priced.tax,
            total_amount=priced.total,
        )
        for position, (line, offer, priced) in enumerate(found)
    ]


def _expiry(method: str, now: datetime) -> datetime | None:
    if method == Method.CASH_ON_DELIVERY:
        return None
    if method == Method.BANK_TRANSFER:
        return now + timedelta(days=settings.ORDER_TRANSFER_DAYS)
    return now + timedelta(minutes=settings.ORDER_UNPAID_MINUTES)


def _named(line: CartLine) -> dict[str, str | None]:
    variant = str(line.variant_id) if line.variant_id else None
    return {"product_id": str(line.product_id), "variant_id": variant}
