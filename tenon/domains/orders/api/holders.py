"""Whose cart a request is about: the account's that is signed in, or a guest's by the token that they were given."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.response import Response

from tenon.domains.orders.api import cart_bodies
from tenon.domains.orders.selectors.carts import PricedCart
from tenon.domains.orders.services.cart_holders import Holder
from tenon.kernel import crypto
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import PrincipalKind

HEADER = "X-Cart-Token"
TOKEN = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=False,
    description="A guest's cart. Sent along by somebody who is signed in, it is put into their own.",
)
_PEOPLE = {PrincipalKind.USER, PrincipalKind.STAFF}


class CartEndpoint(Endpoint):
    """A route about the caller's cart."""

    audience = Audience.STOREFRONT
    tag = "Orders"
    # A shared browser, a proxy: nobody is to find somebody else's cart in a cache.
    cache_control = "no-store"

    @property
    def holder(self) -> Holder:
        """Whoever asks. A program has no cart of its own, but may hold a guest's."""
        user_id = self.principal.id if self.principal.kind in _PEOPLE else None
        return Holder(user_id, self.request.headers.get(HEADER, ""))

    def anonymous_caller(self) -> str:
        """A guest is who has the token, from whichever network."""
        token = self.request.headers.get(HEADER, "")
        return f"cart:{crypto.digest(token)}" if token else super().anonymous_caller()

    def who(self) -> dict[str, Any]:
        """Which cart, for every service."""
        return {"organization_id": self.organization_id, "holder": self.holder}

    def answer(self, cart: PricedCart, *, token: str = "", code: int = status.HTTP_200_OK) -> Response:
        """The cart; with the token of a guest's that was made just now."""
        headers = {HEADER: token} if token else {}
        return Response(cart_bodies.cart(cart, token=token), status=code, headers=headers)
