"""Guests' carts: found by a token alone, brought along by whoever signs in, and forgotten in the end."""

from datetime import timedelta

import pytest

from tenon.domains.orders.models import Cart, CartItem
from tenon.domains.orders.services import cart_holders, cart_purging, carts
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.tests.factories import (
    NOW,
    make_coupon,
    make_organization,
    make_product,
    make_user,
)
from tenon.domains.orders.tests.shoppers import Shopper
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db


def test_guests_do_not_see_each_others_carts(market, product, guest):
    guest.add(product)
    for holder in (Holder(), Holder(token="guessed"), Holder(token="x" * 10_000), Holder(token="\x00")):
        assert carts.view(organization_id=market.id, holder=holder, now=NOW).id is None
    other = Shopper(market)
    other.add(product, 2)
    assert (guest.cart().item_count, other.cart().item_count) == (1, 2)
    with organization_scope(market.id):
        assert guest.holder.token not in Cart.objects.values_list("token_hash", flat=True)


def test_a_token_of_nobodys_is_not_taken_over(market, product, guest):
    guest.holder = Holder(token="chosen-by-somebody-else")
    guest.add(product)
    assert guest.holder.token != "chosen-by-somebody-else"
    assert guest.cart().item_count == 1


def test_a_cart_is_of_one_shop(product, guest):
    guest.add(product)
    elsewhere = make_organization()
    assert carts.view(organization_id=elsewhere.id, holder=guest.holder, now=NOW).id is None


def test_a_guests_cart_becomes_the_persons(market, product, guest):
    other = make_product(market.id)
    coupon = make_coupon(market.id)
    person = Shopper(market, user=make_user())
    person.add(product, 2)
    guest.add(product, 3)
    guest.add(other)
    guest.coupon(coupon.code)
    guest.choose(country="DE", region="BE")
    person.holder = Holder(person.holder.user_id, guest.holder.token)
    for _ in range(2):
        cart = person.cart()
        assert {line.product_id: line.quantity for line in cart.lines} == {product.id: 5, other.id: 1}
        assert (cart.coupon.id, cart.country, cart.region) == (coupon.id, "DE", "BE")
    assert guest.cart().id is None
    with organization_scope(market.id):
        assert (Cart.objects.count(), CartItem.objects.count()) == (1, 2)


@pytest.mark.parametrize("verb", ["add", "update", "clear"])
def test_whatever_comes_first_after_signing_in_brings_the_cart_along(market, product, guest, verb):
    guest.add(product, 3)
    person = Shopper(market, user=make_user())
    person.holder = Holder(person.holder.user_id, guest.holder.token)
    if verb == "clear":
        assert carts.clear(**person.who()).lines == ()
    elif verb == "update":
        assert person.update(product, 4).item_count == 4
    else:
        assert person.add(product).item_count == 4
    assert guest.cart().id is None


def test_what_is_brought_along_stays_within_the_limits(market, product, guest, monkeypatch):
    person = Shopper(market, user=make_user())
    person.add(product, 6)
    guest.add(product, 6)
    guest.add(make_product(market.id))
    monkeypatch.setattr(cart_holders, "MOST_LINES", 1)
    monkeypatch.setattr(cart_holders, "MOST_PIECES", 9)
    person.holder = Holder(person.holder.user_id, guest.holder.token)
    assert [line.quantity for line in person.cart().lines] == [9]


def test_a_guests_cart_ends(market, product, guest, settings):
    settings.CART_KEEP_DAYS = 30
    guest.add(product)
    person = Shopper(market, user=make_user())
    person.add(product)
    later = NOW + timedelta(days=29)
    guest.add(product, now=later)
    assert cart_purging.purge(now=NOW + timedelta(days=31)) == 0
    assert guest.cart(NOW + timedelta(days=58)).item_count == 2
    ended = later + timedelta(days=30)
    assert guest.cart(ended).id is None
    assert cart_purging.purge(now=ended) == 1
    with organization_scope(market.id):
        assert list(Cart.objects.values_list("user_id", flat=True)) == [person.holder.user_id]
