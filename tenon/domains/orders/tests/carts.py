"""Carts with something in them, for tests."""

from uuid import UUID

from tenon.domains.orders.models import CartItem
from tenon.domains.orders.services import carts
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.tests.factories import NOW, make_product
from tenon.kernel.tenancy.scopes import organization_scope


def make_cart_item(organization_id: UUID, user_id: UUID, *, quantity: int = 1) -> CartItem:
    """A line of a person's cart."""
    product = make_product(organization_id)
    holder = Holder(user_id)
    carts.add_item(organization_id=organization_id, holder=holder, product_id=product.id, quantity=quantity, now=NOW)
    with organization_scope(organization_id):
        return CartItem.objects.get(cart__user=user_id, product=product)
