"""Ordering what is in the cart."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.orders.api import bodies, examples, holders
from tenon.domains.orders.api.holders import CartEndpoint
from tenon.domains.orders.api.serializers import NewOrderSerializer, PlacedOrderSerializer
from tenon.domains.orders.engines import guests
from tenon.domains.orders.errors import (
    AddressRequired,
    CouponRefused,
    EmptyCart,
    MethodUnavailable,
    NotOffered,
    PriceChanged,
    ShippingUnavailable,
)
from tenon.domains.orders.selectors import orders
from tenon.domains.orders.services import checkout
from tenon.domains.orders.services.checkout import Wishes
from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http import conditional
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.money import InvalidAmount
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.errors import InvalidEmail

REQUIRED = {"POST": Idempotency(required=True)}
RAISES = (
    EmptyCart,
    AddressRequired,
    InvalidEmail,
    NotOffered,
    OutOfStock,
    CouponRefused,
    ShippingUnavailable,
    MethodUnavailable,
    PriceChanged,
    InvalidAmount,
    NotFound,
)
SCHEMA: dict[str, Any] = {
    "parameters": [holders.TOKEN],
    "request": NewOrderSerializer,
    "responses": {201: PlacedOrderSerializer},
    "examples": shown(requests={"By card": examples.NEW}, answers={201: examples.PLACED}),
}


class OrderingEndpoint(CartEndpoint):
    """A route that orders the caller's cart."""

    throttles = {"POST": ("checkout",)}

    def order(self) -> Response:
        """Place the order that the body describes."""
        made = checkout.place(**self.who(), actor_id=self.principal.id, wishes=self._wishes(), now=clock.now())
        with organization_scope(self.organization_id, read_only=True):
            row = orders.order_in_scope(made.id)
        token = guests.token_of(made.id) if made.user_id is None else None
        headers = {
            "Location": reverse("orders:order", args=[made.id]),
            "ETag": conditional.etag(row["id"], row["version"]),
        }
        body = {**bodies.detailed(row), "order_token": token}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)

    def _wishes(self) -> Wishes:
        given = self.parse(NewOrderSerializer)
        return Wishes(
            payment_method=given["payment_method"],
            shipping_address=given.get("shipping_address", {}),
            billing_address=given.get("billing_address", {}),
            coupon_code=given.get("coupon_code"),
            shipping_method=given.get("shipping_method"),
            note=given["notes"],
            email=str(given.get("email") or getattr(self.request.user, "email", "")),
            locale=get_language() or "",
            expected_total=given.get("expected_total"),
        )


class CheckoutView(OrderingEndpoint):
    """Order what is in the cart, by its older name."""

    older = True
    idempotency = REQUIRED
    raises = {"POST": RAISES}

    @extend_schema(**SCHEMA)
    def post(self, request: Request) -> Response:
        return self.order()
