"""Orders: lists, one order, and how many there are."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders.api import bodies, examples
from tenon.domains.orders.api.serializers import STATES, OrderNumbersSerializer, OrderSerializer, OrderSummarySerializer
from tenon.domains.orders.api.shoppers import TOKEN, OrderEndpoint
from tenon.domains.orders.api.views import checkout
from tenon.domains.orders.api.views.checkout import OrderingEndpoint
from tenon.domains.orders.models.orders import Order
from tenon.domains.orders.selectors import orders as selectors
from tenon.kernel import clock
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.tenancy.scopes import organization_scope

_PAGE = KeysetPage(
    sort_fields={"placed_at": "placed_at", "total_amount": "total_amount", "number": "number"},
    default_sort="-placed_at",
    filters={
        "status": filters.choice("state", *STATES),
        "payment_status": filters.choice("payment_status", *Order.PaymentStatus.values),
        "payment_method": filters.choice("payment_method", *Order.PaymentMethod.values),
        "number": filters.word("number"),
        "customer_id": filters.identifier("user_id"),
        "placed_at": filters.timestamp("placed_at"),
    },
)


class OrdersView(OrderEndpoint, OrderingEndpoint):
    """Orders."""

    page = _PAGE
    idempotency = checkout.REQUIRED
    raises = {"POST": checkout.RAISES}

    @extend_schema(
        parameters=[TOKEN],
        responses={200: OrderSummarySerializer(many=True)},
        examples=shown(answers={200: examples.SUMMARY}),
    )
    def get(self, request: Request) -> Response:
        """List orders.

        Those that you placed; all of the organization for its members with `orders:read`. A guest's is the one that
        their token is for.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(_PAGE.paginate(request, selectors.orders_of(self.shopper), represent=bodies.listed))

    @extend_schema(**checkout.SCHEMA)
    def post(self, request: Request) -> Response:
        """Order what is in your cart.

        In one step: prices, the coupon and the stock are looked at anew, the goods are reserved, and the cart is empty.
        Paid on delivery it is confirmed at once; by card, begin its payment next. A guest is given a token for it.
        """
        return self.order()


class MyOrdersView(OrderEndpoint):
    """Orders of whoever asks, staff or not."""

    audience = Audience.STOREFRONT
    page = _PAGE

    @extend_schema(
        parameters=[TOKEN],
        responses={200: OrderSummarySerializer(many=True)},
        examples=shown(answers={200: examples.SUMMARY}),
    )
    def get(self, request: Request) -> Response:
        """List your own orders."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(_PAGE.paginate(request, selectors.my_orders(self.shopper), represent=bodies.listed))


class OrderView(OrderEndpoint):
    """One order."""

    audience = Audience.STOREFRONT

    @extend_schema(parameters=[TOKEN], responses={200: OrderSerializer}, examples=shown(answers={200: examples.ORDER}))
    def get(self, request: Request, order_id: UUID) -> Response:
        """Read an order.

        With its lines and parcels. The ETag goes into the If-Match of what moves it.
        """
        found = selectors.order(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        conditional.check(request, etag(found["id"], found["version"]))
        return answer(found)


class OrderNumbersView(OrderEndpoint):
    """Numbers of orders."""

    audience = Audience.STOREFRONT

    @extend_schema(
        parameters=[TOKEN], responses={200: OrderNumbersSerializer}, examples=shown(answers={200: examples.NUMBERS})
    )
    def get(self, request: Request) -> Response:
        """Count orders.

        Those that `GET orders/` shows you.
        """
        found = selectors.numbers(shopper=self.shopper, organization_id=self.organization_id)
        return Response(
            {
                "total_count": found.total,
                "by_status": found.by_state,
                "last_placed_at": found.last_placed_at,
                "timestamp": clock.now(),
            }
        )


def answer(row: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An order with its ETag."""
    tag = etag(row["id"], row["version"])
    return Response(bodies.detailed(row), status=status, headers={"ETag": tag, **(headers or {})})


def etag(order_id: UUID, version: int) -> str:
    """The tag of an order as it is at this version."""
    return conditional.etag(order_id, version)
