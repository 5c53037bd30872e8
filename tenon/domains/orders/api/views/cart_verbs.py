"""The older verbs of carts: the same services, lines named by what they are of."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders.api import cart_examples as examples
from tenon.domains.orders.api.cart_serializers import (
    CartSerializer,
    NamedCartItemChangeSerializer,
    NamedCartItemSerializer,
    NewCartItemSerializer,
)
from tenon.domains.orders.api.holders import TOKEN, CartEndpoint
from tenon.domains.orders.api.views.carts import PUTTING
from tenon.domains.orders.errors import ItemNotInCart
from tenon.domains.orders.services import carts
from tenon.kernel import clock
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.money import InvalidAmount


class CartVerb(CartEndpoint):
    """An older path of Kastoma."""

    older = True


class MyCartView(CartVerb):
    """Read your cart.

    As `GET /api/v1/cart/`.
    """

    raises = (InvalidAmount,)

    @extend_schema(parameters=[TOKEN], responses={200: CartSerializer}, examples=shown(answers={200: examples.CART}))
    def get(self, request: Request) -> Response:
        return self.answer(carts.view(**self.who(), now=clock.now()))


class AddItemView(CartVerb):
    """Put something into your cart.

    As `POST /api/v1/cart/items/`.
    """

    raises = PUTTING
    idempotency = {"POST": Idempotency()}

    @extend_schema(
        parameters=[TOKEN],
        request=NewCartItemSerializer,
        responses={200: CartSerializer},
        examples=shown(requests={"Two of them": examples.NEW_ITEM}, answers={200: examples.CART}),
    )
    def post(self, request: Request) -> Response:
        cart, token = carts.add_item(**self.who(), **self.parse(NewCartItemSerializer), now=clock.now())
        return self.answer(cart, token=token)


class UpdateItemView(CartVerb):
    """Change how many you want.

    As `PATCH /api/v1/cart/items/{item_id}/`: none or fewer removes the line.
    """

    raises = (ItemNotInCart, *PUTTING)

    @extend_schema(
        parameters=[TOKEN],
        request=NamedCartItemChangeSerializer,
        responses={200: CartSerializer},
        examples=shown(requests={"Two of them": examples.NEW_ITEM}, answers={200: examples.CART}),
    )
    def patch(self, request: Request) -> Response:
        asked = self.parse(NamedCartItemChangeSerializer)
        return self.answer(carts.update_item(**self.who(), **asked, now=clock.now()))


class RemoveItemView(CartVerb):
    """Take a line out of your cart.

    As `DELETE /api/v1/cart/items/{item_id}/`. The line is named in the query, or in a body as `{"product_id": "…"}`.
    """

    raises = (ItemNotInCart, InvalidAmount)

    @extend_schema(
        parameters=[TOKEN, NamedCartItemSerializer],
        request=None,
        responses={200: CartSerializer},
        examples=shown(answers={200: examples.EMPTY}),
    )
    def delete(self, request: Request) -> Response:
        named: dict[str, Any] = (
            self.parse(NamedCartItemSerializer) if request.data else self.parse_query(NamedCartItemSerializer)
        )
        return self.answer(carts.remove_item(**self.who(), **named, now=clock.now()))


class ClearView(CartVerb):
    """Clear your cart.

    As `DELETE /api/v1/cart/`.
    """

    @extend_schema(
        parameters=[TOKEN],
        request=None,
        responses={200: CartSerializer},
        examples=shown(answers={200: examples.EMPTY}),
    )
    def delete(self, request: Request) -> Response:
        return self.answer(carts.clear(**self.who(), now=clock.now()))
