"""Somebody in front of a shop, for tests of carts."""

from tenon.domains.orders.services import carts
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.tests.factories import NOW


class Shopper:
    """Somebody in front of one shop, who remembers the token that they are given."""

    def __init__(self, shop, *, user=None):
        self.shop, self.holder = shop, Holder(user_id=user.id if user else None)

    def add(self, product, quantity=1, *, variant=None, now=NOW):
        cart, token = carts.add_item(
            **self.who(now), product_id=product.id, variant_id=variant.id if variant else None, quantity=quantity
        )
        if token:
            self.holder = Holder(self.holder.user_id, token)
        return cart

    def who(self, now=NOW):
        return {"organization_id": self.shop.id, "holder": self.holder, "now": now}

    def cart(self, now=NOW):
        return carts.view(**self.who(now))

    def update(self, product, quantity):
        return carts.update_item(**self.who(), product_id=product.id, quantity=quantity)

    def choose(self, **choices):
        return carts.choose(**self.who(), choices=choices)

    def coupon(self, code):
        return carts.apply_coupon(**self.who(), code=code)
