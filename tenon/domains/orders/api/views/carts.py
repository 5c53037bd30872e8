"""The caller's cart, as a resource and by the older verbs."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.orders.api import cart_examples as examples
from tenon.domains.orders.api.cart_serializers import (
    CartChoiceSerializer,
    CartItemChangeSerializer,
    CartSerializer,
    NewCartItemSerializer,
)
from tenon.domains.orders.api.holders import TOKEN, CartEndpoint
from tenon.domains.orders.errors import CartFull, EmptyCart, ItemNotInCart, ShippingUnavailable, VariantRequired
from tenon.domains.orders.services import carts
from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.money import InvalidAmount

PUTTING = (NotFound, VariantRequired, OutOfStock, CartFull, InvalidAmount)


class CartView(CartEndpoint):
    """The cart of whoever asks."""

    raises = {"GET": (InvalidAmount,), "PATCH": (EmptyCart, ShippingUnavailable, InvalidAmount)}

    @extend_schema(parameters=[TOKEN], responses={200: CartSerializer}, examples=shown(answers={200: examples.CART}))
    def get(self, request: Request) -> Response:
        """Read your cart.

        Prices, stock and the coupon are looked at anew each time; `notices` say what has changed, of a line and of the
        whole. A guest's cart is found by its token; who signs in and still sends that has it put into their own.
        """
        return self.answer(carts.view(**self.who(), now=clock.now()))

    @extend_schema(
        parameters=[TOKEN],
        request=CartChoiceSerializer,
        responses={200: CartSerializer},
        examples=shown(
            requests={"To Berlin, express": {"country": "DE", "region": "BE", "shipping_method": "express"}},
            answers={200: examples.CART},
        ),
    )
    def patch(self, request: Request) -> Response:
        """Say where your cart goes.

        Taxes and ways of sending follow from the country and the region; another country forgets the region.
        """
        return self.answer(carts.choose(**self.who(), choices=self.parse(CartChoiceSerializer), now=clock.now()))

    @extend_schema(
        parameters=[TOKEN],
        request=None,
        responses={200: CartSerializer},
        examples=shown(answers={200: examples.EMPTY}),
    )
    def delete(self, request: Request) -> Response:
        """Clear your cart.

        Everything is taken out, the coupon too.
        """
        return self.answer(carts.clear(**self.who(), now=clock.now()))


class CartItemsView(CartEndpoint):
    """Put something into your cart.

    What is in it already becomes more. The answer to a guest's first line has the token of their cart, in `token` and
    in the header X-Cart-Token.
    """

    raises = PUTTING
    idempotency = {"POST": Idempotency()}

    @extend_schema(
        parameters=[TOKEN],
        request=NewCartItemSerializer,
        responses={201: CartSerializer},
        examples=shown(requests={"Two of them": examples.NEW_ITEM}, answers={201: examples.CART}),
    )
    def post(self, request: Request) -> Response:
        cart, token = carts.add_item(**self.who(), **self.parse(NewCartItemSerializer), now=clock.now())
        return self.answer(cart, token=token, code=status.HTTP_201_CREATED)


class CartItemView(CartEndpoint):
    """A line of your cart."""

    raises = {"PATCH": (ItemNotInCart, *PUTTING), "DELETE": (ItemNotInCart, InvalidAmount)}

    @extend_schema(
        parameters=[TOKEN],
        request=CartItemChangeSerializer,
        responses={200: CartSerializer},
        examples=shown(requests={"Two of them": {"quantity": 2}}, answers={200: examples.CART}),
    )
    def patch(self, request: Request, item_id: UUID) -> Response:
        """Change how many you want.

        None or fewer removes the line.
        """
        asked = self.parse(CartItemChangeSerializer)
        return self.answer(carts.update_item(**self.who(), item_id=item_id, **asked, now=clock.now()))

    @extend_schema(
        parameters=[TOKEN],
        request=None,
        responses={200: CartSerializer},
        examples=shown(answers={200: examples.EMPTY}),
    )
    def delete(self, request: Request, item_id: UUID) -> Response:
        """Take a line out of your cart."""
        return self.answer(carts.remove_item(**self.who(), item_id=item_id, now=clock.now()))
