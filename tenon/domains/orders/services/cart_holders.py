"""Whose cart it is: a person's, or a guest's by a token. One at a time, and a guest's becomes the person's.

A token is 256 random bits that the cart's first line is answered with; the table keeps their SHA-256. Nobody chooses
one, so nobody can hand a cart of theirs to somebody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from tenon.domains.orders.models import Cart, CartItem
from tenon.domains.orders.services.turns import locked
from tenon.kernel import crypto
from tenon.kernel.first_rows import insert_missing
from tenon.kernel.tenancy.scopes import organization_scope

MOST_LINES = 100
MOST_PIECES = 9_999
LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks: an account, a guest's token, or both by somebody who has just signed in."""

    user_id: UUID | None = None
    token: str = ""


def carts_of(holder: Holder, *, now: datetime) -> QuerySet[Cart]:
    """The one cart that the holder has, if any, in the open scope."""
    carts: QuerySet[Cart] = Cart.objects.all()
    if holder.user_id is not None:
        return carts.filter(user=holder.user_id)
    if not holder.token or len(holder.token) > LONGEST_TOKEN:
        return carts.none()
    return carts.filter(token_hash=crypto.digest(holder.token), expires_at__gt=now)


def held(holder: Holder, *, now: datetime) -> Cart | None:
    """The holder's cart, locked, in the open scope."""
    return locked(carts_of(holder, now=now)).first()


def held_or_new(holder: Holder, *, currency: str, now: datetime) -> tuple[Cart, str]:
    """The holder's cart, locked, made where there is none, and the token that a guest's new one is found by."""
    cart = held(holder, now=now)
    if cart is not None:
        return cart, ""
    if holder.user_id is not None:
        # Two first lines at once: whoever comes second waits for the other's cart, and has its turn on that.
        insert_missing([Cart(user_id=holder.user_id, currency=currency)])
        return locked(carts_of(holder, now=now)).get(), ""
    token = crypto.random_token()
    cart = Cart.objects.create(token_hash=crypto.digest(token), currency=currency, expires_at=until(now))
    return cart, token


def until(now: datetime) -> datetime:
    """How long a guest's cart is kept from now on."""
    return now + timedelta(days=settings.CART_KEEP_DAYS)


def settle(*, organization_id: UUID, holder: Holder, now: datetime) -> None:
    """Put what a guest has collected into the cart of the person they have turned out to be.

    Quantities add up, as far as a cart goes; the guest's coupon and place count where the person has none. Twice is
    once: the guest's cart is gone after the first time.
    """
    if holder.user_id is None or not holder.token:
        return
    guest = Holder(token=holder.token)
    with organization_scope(organization_id, read_only=True):
        if not carts_of(guest, now=now).exists():
            return
    with organization_scope(organization_id):
        currency = carts_of(guest, now=now).values_list("currency", flat=True).first()
        if currency is None:
            return
        # The person's before the guest's, which nobody waits for while they hold it.
        own, _token = held_or_new(Holder(holder.user_id), currency=currency, now=now)
        brought = held(guest, now=now)
        if brought is not None:
            _merge(own, brought)


def _merge(own: Cart, brought: Cart) -> None:
    mine = {item.offered_id: item for item in CartItem.objects.filter(cart=own)}
    if not mine:
        own.currency = brought.currency
    for item in CartItem.objects.filter(cart=brought).order_by("created_at", "id"):
        present = mine.get(item.offered_id)
        if present is not None:
            present.quantity = min(present.quantity + item.quantity, MOST_PIECES)
            present.save(update_fields=["quantity"])
        elif len(mine) < MOST_LINES:
            item.cart = own
            item.save(update_fields=["cart"])
            mine[item.offered_id] = item
    for name in ("coupon_id", "shipping_method_id"):
        if getattr(own, name) is None:
            setattr(own, name, getattr(brought, name))
    if not own.country:
        own.country, own.region = brought.country, brought.region
    own.save(update_fields=["currency", "coupon", "shipping_method", "country", "region"])
    brought.delete()
