"""What shoppers do with a cart. Each answers with the cart as it stands then, priced anew."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.domains.catalog import selectors as catalog
from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.selectors import Offer
from tenon.domains.orders.engines.coupons import Refusal
from tenon.domains.orders.errors import CartFull, EmptyCart, ItemNotInCart, ShippingUnavailable, VariantRequired
from tenon.domains.orders.models import Cart, CartItem, ShippingMethod
from tenon.domains.orders.selectors import carts as selectors
from tenon.domains.orders.selectors import coupons as coupon_selectors
from tenon.domains.orders.selectors.carts import PricedCart
from tenon.domains.orders.services import coupons
from tenon.domains.orders.services.cart_holders import (
    MOST_LINES,
    MOST_PIECES,
    Holder,
    carts_of,
    held,
    held_or_new,
    settle,
    until,
)
from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope


@retried
def view(*, organization_id: UUID, holder: Holder, now: datetime) -> PricedCart:
    """The holder's cart, empty where there is none."""
    settle(organization_id=organization_id, holder=holder, now=now)
    with organization_scope(organization_id, read_only=True):
        cart = carts_of(holder, now=now).first()
        return selectors.priced(cart, now=now) if cart else selectors.nothing(organization_id)


@retried
def add_item(
    *,
    organization_id: UUID,
    holder: Holder,
    product_id: UUID,
    variant_id: UUID | None = None,
    quantity: int,
    now: datetime,
) -> tuple[PricedCart, str]:
    """Put so many more into the cart. Returns it, and the token of a cart that a guest has now got, else "".

    Raises NotFound for what the shop does not offer, VariantRequired, OutOfStock, CartFull.
    """
    settle(organization_id=organization_id, holder=holder, now=now)
    with organization_scope(organization_id):
        offer = _offered(product_id, variant_id)
        cart, token = held_or_new(holder, currency=offer.price.currency, now=now)
        if not CartItem.objects.filter(cart=cart).exists():
            cart.currency = offer.price.currency
        _put(cart, offer, more=quantity)
        return _after(cart, now=now), token


@retried
def update_item(
    *,
    organization_id: UUID,
    holder: Holder,
    quantity: int,
    item_id: UUID | None = None,
    product_id: UUID | None = None,
    variant_id: UUID | None = None,
    now: datetime,
) -> PricedCart:
    """Have so many of a line, named by its id or by what it is of; none or fewer removes it.

    Raises ItemNotInCart, NotFound for what the shop offers no more, OutOfStock, CartFull.
    """
    with _cart(organization_id, holder, now=now) as cart:
        item = _item(cart, item_id, product_id, variant_id)
        if quantity <= 0:
            item.delete()
        else:
            _put(cart, _offered(item.product_id, item.variant_id), more=quantity - item.quantity)
        return _after(cart, now=now)


@retried
def remove_item(
    *,
    organization_id: UUID,
    holder: Holder,
    item_id: UUID | None = None,
    product_id: UUID | None = None,
    variant_id: UUID | None = None,
    now: datetime,
) -> PricedCart:
    """Take a line out, named by its id or by what it is of. Raises ItemNotInCart."""
    with _cart(organization_id, holder, now=now) as cart:
        _item(cart, item_id, product_id, variant_id).delete()
        return _after(cart, now=now)


@retried
def clear(*, organization_id: UUID, holder: Holder, now: datetime) -> PricedCart:
    """Take everything out, the coupon too. A cart that never was is as empty."""
    settle(organization_id=organization_id, holder=holder, now=now)
    with organization_scope(organization_id):
        cart = held(holder, now=now)
        if cart is None:
            return selectors.nothing(organization_id)
        empty(cart)
        return _after(cart, now=now)


def empty(cart: Cart) -> None:
    """Take everything out of a cart that is held, the coupon too: what an order leaves behind."""
    CartItem.objects.filter(cart=cart).delete()
    cart.coupon = None
    cart.save(update_fields=["coupon"])


@retried
def choose(*, organization_id: UUID, holder: Holder, choices: Mapping[str, Any], now: datetime) -> PricedCart:
    """Say where the goods will go (`country`, `region`) and how (`shipping_method`, a code, or None for none).

    Raises EmptyCart, and ShippingUnavailable for a method that does not serve the cart.
    """
    with _cart(organization_id, holder, now=now, absent=EmptyCart) as cart:
        if "country" in choices:
            cart.country, cart.region = choices["country"], choices.get("region", "")
        elif "region" in choices:
            cart.region = choices["region"]
        if "shipping_method" in choices:
            code = choices["shipping_method"]
            cart.shipping_method = ShippingMethod.objects.filter(code=code, is_active=True).first() if code else None
            if code and selectors.priced(cart, shipping_code=code, now=now).method is None:
                raise ShippingUnavailable(errors=[_fault("/shipping_method", ShippingUnavailable)])
        return _after(cart, now=now)


@retried
def apply_coupon(*, organization_id: UUID, holder: Holder, code: str, now: datetime) -> PricedCart:
    """Have a coupon take off what it does. Raises EmptyCart, and CouponRefused, which says why not."""
    with _cart(organization_id, holder, now=now, absent=EmptyCart) as cart:
        tried = selectors.priced(cart, coupon_code=code, now=now)
        if tried.coupon is None or tried.coupon_refusal is not None:
            raise coupons.refused(tried.coupon_refusal or Refusal.UNKNOWN)
        cart.coupon_id = tried.coupon.id
        return _after(cart, now=now)


@retried
def remove_coupon(*, organization_id: UUID, holder: Holder, now: datetime) -> PricedCart:
    """Do without the coupon. Raises EmptyCart."""
    with _cart(organization_id, holder, now=now, absent=EmptyCart) as cart:
        cart.coupon = None
        return _after(cart, now=now)


def judge(*, organization_id: UUID, holder: Holder, code: str, now: datetime) -> coupon_selectors.Judged:
    """What a coupon would do for the holder's cart; without one, whether it counts at all."""
    with organization_scope(organization_id, read_only=True):
        cart = carts_of(holder, now=now).first()
        if cart is not None and CartItem.objects.filter(cart=cart).exists():
            tried = selectors.priced(cart, coupon_code=code, now=now)
            return coupon_selectors.Judged(tried.coupon, tried.coupon_refusal, tried.totals.discount, cart.currency)
        return coupon_selectors.judged(code, customer=str(holder.user_id or ""), now=now)


def _put(cart: Cart, offer: Offer, *, more: int) -> None:
    """Have `more` of an offer in a cart that is held, which may be fewer."""
    offered_id = offer.variant_id or offer.product_id
    items = CartItem.objects.filter(cart=cart)
    item = items.filter(offered_id=offered_id).first()
    quantity = more + (item.quantity if item else 0)
    if quantity > MOST_PIECES:
        raise CartFull(extra={"most_pieces": MOST_PIECES})
    if more > 0 and offer.available is not None and quantity > offer.available:
        line = {"product_id": offer.product_id, "variant_id": offer.variant_id}
        raise OutOfStock(extra={"lines": [{**line, "requested": quantity, "available": offer.available}]})
    if item is None:
        if items.count() >= MOST_LINES:
            raise CartFull(extra={"most_lines": MOST_LINES})
        item = CartItem(cart=cart, product_id=offer.product_id, variant_id=offer.variant_id, offered_id=offered_id)
    # Whoever changes a line has seen its price.
    item.quantity, item.unit_price_amount = quantity, offer.price.amount
    item.save()


def _offered(product_id: UUID, variant_id: UUID | None) -> Offer:
    offer = catalog.offers([(product_id, variant_id)]).get((product_id, variant_id))
    if offer is not None and offer.has_variants and variant_id is None:
        raise VariantRequired(errors=[_fault("/variant_id", VariantRequired)])
    if offer is None or not offer.is_active:
        raise NotFound
    return offer


def _item(cart: Cart, item_id: UUID | None, product_id: UUID | None, variant_id: UUID | None) -> CartItem:
    items = CartItem.objects.filter(cart=cart)
    named = items.filter(pk=item_id) if item_id else items.filter(product=product_id, variant=variant_id)
    item: CartItem | None = named.first()
    if item is None:
        raise ItemNotInCart
    return item


@contextmanager
def _cart(
    organization_id: UUID,
    holder: Holder,
    *,
    now: datetime,
    absent: type[ItemNotInCart] | type[EmptyCart] = ItemNotInCart,
) -> Iterator[Cart]:
    """The holder's cart, locked, in its scope. Raises `absent` where there is none."""
    settle(organization_id=organization_id, holder=holder, now=now)
    with organization_scope(organization_id):
        cart = held(holder, now=now)
        if cart is None:
            raise absent
        yield cart


def _after(cart: Cart, *, now: datetime) -> PricedCart:
    if cart.user_id is None:
        cart.expires_at = until(now)
    cart.save()
    return selectors.priced(cart, now=now)


def _fault(pointer: str, error: type[VariantRequired] | type[ShippingUnavailable]) -> FieldError:
    return FieldError(pointer, error.code, error.message)
