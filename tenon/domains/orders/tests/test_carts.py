"""What goes into a cart and out of it, by persons and guests alike."""

import pytest

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.models import StockLevel
from tenon.domains.catalog.tests.factories import make_variant
from tenon.domains.orders.errors import (
    CartFull,
    EmptyCart,
    ItemNotInCart,
    VariantRequired,
)
from tenon.domains.orders.services import cart_holders, carts
from tenon.domains.orders.tests.factories import (
    make_organization,
    make_product,
)
from tenon.kernel.errors import NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db


def test_a_cart_that_was_never_begun_is_empty(shopper):
    cart = shopper.cart()
    assert (cart.id, cart.lines, cart.totals.total, cart.currency, cart.is_ready) == (None, (), 0, "USD", False)


def test_the_same_thing_twice_is_one_line(shopper, product):
    shopper.add(product, 2)
    cart = shopper.add(product, 3)
    assert [(line.product_id, line.quantity) for line in cart.lines] == [(product.id, 5)]
    assert (cart.totals.subtotal, cart.item_count, cart.is_ready) == (5 * 2499, 5, True)
    assert shopper.cart() == cart


def test_variants_are_lines_of_their_own(shopper, product):
    small, large = make_variant(product, price_amount=1000), make_variant(product)
    shopper.add(product, variant=small)
    cart = shopper.add(product, variant=large)
    assert [line.priced.subtotal for line in cart.lines] == [1000, 2499]
    with pytest.raises(VariantRequired):
        shopper.add(product)


def test_what_the_shop_does_not_offer_is_not_found(shopper, product):
    other = make_product(make_organization().id)
    inactive = make_product(shopper.shop.id, is_active=False)
    for each in (other, inactive):
        with pytest.raises(NotFound):
            shopper.add(each)
    with pytest.raises(NotFound):
        carts.add_item(**shopper.who(), product_id=product.id, variant_id=new_id(), quantity=1)
    assert shopper.cart().id is None


def test_no_more_than_there_is_goes_into_a_cart(shopper, product):
    shopper.add(product, 8)
    with pytest.raises(OutOfStock) as refusal:
        shopper.add(product, 3)
    assert refusal.value.extra["lines"] == [
        {"product_id": product.id, "variant_id": None, "requested": 11, "available": 10}
    ]
    assert shopper.cart().item_count == 8


def test_a_cart_has_its_limits(shopper, market, monkeypatch):
    plenty = make_product(market.id, track_inventory=False)
    shopper.add(plenty, cart_holders.MOST_PIECES)
    with pytest.raises(CartFull):
        shopper.add(plenty)
    monkeypatch.setattr(carts, "MOST_LINES", 1)
    with pytest.raises(CartFull):
        shopper.add(make_product(market.id))


def test_quantities_are_changed(shopper, product):
    shopper.add(product, 4)
    assert shopper.update(product, 2).item_count == 2
    assert shopper.update(product, 0).lines == ()
    with pytest.raises(ItemNotInCart):
        shopper.update(product, 1)


def test_fewer_are_taken_even_where_there_are_not_that_many_any_more(shopper, product):
    shopper.add(product, 9)
    with organization_scope(product.organization_id):
        StockLevel.objects.filter(item_id=product.id).update(on_hand=3)
    assert shopper.update(product, 5).item_count == 5
    with pytest.raises(OutOfStock):
        shopper.update(product, 6)


def test_lines_are_removed_and_carts_cleared(shopper, market, product):
    other = make_product(market.id)
    shopper.add(product)
    shopper.add(other)
    removed = carts.remove_item(**shopper.who(), product_id=product.id)
    assert [line.product_id for line in removed.lines] == [other.id]
    with pytest.raises(ItemNotInCart):
        carts.remove_item(**shopper.who(), product_id=product.id)
    assert carts.clear(**shopper.who()).lines == ()
    assert carts.clear(**shopper.who()).lines == ()


def test_whoever_has_no_cart_has_nothing_in_it(shopper, product):
    for verb in (carts.update_item, carts.remove_item):
        more = {"quantity": 1} if verb is carts.update_item else {}
        with pytest.raises(ItemNotInCart):
            verb(**shopper.who(), product_id=product.id, **more)
    assert carts.clear(**shopper.who()).id is None
    with pytest.raises(EmptyCart):
        shopper.coupon("ANY")
    with pytest.raises(EmptyCart):
        shopper.choose(country="DE")
