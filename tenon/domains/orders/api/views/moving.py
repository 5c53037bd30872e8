"""What moves an order: as resources, and the older verbs that do the same."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders import policies
from tenon.domains.orders.api import examples
from tenon.domains.orders.api.serializers import (
    OrderSerializer,
    ReasonSerializer,
    StatusChangeSerializer,
    TrackingSerializer,
)
from tenon.domains.orders.api.shoppers import TOKEN, OrderEndpoint
from tenon.domains.orders.api.views.orders import answer, etag
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.errors import PartlySent, PaymentOutstanding, TooLateToCancel, WrongState
from tenon.domains.orders.models.orders import Order
from tenon.domains.orders.selectors import orders as selectors
from tenon.domains.orders.services import orders, shipments
from tenon.domains.orders.services.shipments import Parcel
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden, PreconditionFailed
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency

_ANSWER = {200: OrderSerializer}
_SHOWN = shown(answers={200: examples.ORDER})


class MovingEndpoint(OrderEndpoint):
    """A route that takes an order a step further."""

    idempotency = {"POST": Idempotency()}

    def unchanged(self, order: Order) -> None:
        """Raises PreconditionFailed where the caller has seen another version."""
        conditional.check(self.request, etag(order.id, order.version))

    def moved(self, order_id: UUID) -> Response:
        """The order as it is now."""
        found = selectors.order(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        return answer(found)


class CancellationView(MovingEndpoint):
    """Cancel an order.

    Customers cancel their own until it is packed, staff with `orders:manage` until it is sent. The goods are for sale
    again, and what was paid is given back.
    """

    audience = Audience.STOREFRONT
    raises = {"POST": (TooLateToCancel, WrongState, PartlySent, PreconditionFailed, Forbidden)}

    @extend_schema(
        parameters=[TOKEN],
        request=ReasonSerializer,
        responses=_ANSWER,
        examples=[*shown(requests={"Ordered twice": {"reason": "Ordered twice"}}), *_SHOWN],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        orders.cancel(
            shopper=self.shopper,
            organization_id=self.organization_id,
            order_id=order_id,
            reason=self.parse(ReasonSerializer)["reason"],
            now=clock.now(),
            precondition=self.unchanged,
        )
        return self.moved(order_id)


class CancelView(CancellationView):
    """Cancel an order, by its older name."""

    older = True


class StaffEndpoint(MovingEndpoint):
    """A step that the seller's people take."""

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}


class ConfirmationView(StaffEndpoint):
    """Confirm an order.

    That is paid by bank transfer or on delivery; a payment by card confirms its order itself. The goods are sold.
    """

    raises = {"POST": (WrongState, PaymentOutstanding, PreconditionFailed)}

    @extend_schema(request=None, responses=_ANSWER, examples=_SHOWN)
    def post(self, request: Request, order_id: UUID) -> Response:
        orders.confirm_by_hand(
            principal=self.principal, order_id=order_id, now=clock.now(), precondition=self.unchanged
        )
        return self.moved(order_id)


class ProcessingView(StaffEndpoint):
    """Begin to pack an order.

    Its customer cannot cancel it any more.
    """

    raises = {"POST": (WrongState, PreconditionFailed)}

    @extend_schema(request=None, responses=_ANSWER, examples=_SHOWN)
    def post(self, request: Request, order_id: UUID) -> Response:
        orders.process(principal=self.principal, order_id=order_id, now=clock.now(), precondition=self.unchanged)
        return self.moved(order_id)


class DeliveryView(StaffEndpoint):
    """Say that an order has arrived.

    With all its parcels.
    """

    raises = {"POST": (WrongState, PreconditionFailed)}

    @extend_schema(request=None, responses=_ANSWER, examples=_SHOWN)
    def post(self, request: Request, order_id: UUID) -> Response:
        orders.deliver(principal=self.principal, order_id=order_id, now=clock.now(), precondition=self.unchanged)
        return self.moved(order_id)


class UpdateStatusView(StaffEndpoint):
    """Take an order a step further, by its older name.

    `shipped` sends all that is left in one parcel.
    """

    older = True
    raises = {"POST": (WrongState, PaymentOutstanding, PartlySent, PreconditionFailed)}

    @extend_schema(
        request=StatusChangeSerializer,
        responses=_ANSWER,
        examples=[*shown(requests={"Being packed": {"status": "processing"}}), *_SHOWN],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        wanted = self.parse(StatusChangeSerializer)
        self._step(wanted["status"], wanted["reason"])(order_id=order_id, now=clock.now(), precondition=self.unchanged)
        return self.moved(order_id)

    def _step(self, status: str, reason: str) -> Callable[..., Any]:
        match status:
            case OrderState.CONFIRMED:
                return lambda **about: orders.confirm_by_hand(principal=self.principal, **about)
            case OrderState.PROCESSING:
                return lambda **about: orders.process(principal=self.principal, **about)
            case OrderState.SHIPPED:
                return lambda **about: shipments.ship(principal=self.principal, parcel=Parcel(), **about)
            case OrderState.DELIVERED:
                return lambda **about: orders.deliver(principal=self.principal, **about)
        return lambda **about: orders.cancel(
            shopper=self.shopper, organization_id=self.organization_id, reason=reason, **about
        )


class AddTrackingView(StaffEndpoint):
    """Say where the last parcel of an order is to be found, by its older name.

    An order of which nothing was sent yet is sent as a whole.
    """

    older = True
    raises = {"POST": (WrongState,)}

    @extend_schema(
        request=TrackingSerializer,
        responses=_ANSWER,
        examples=[
            *shown(requests={"A parcel": {"tracking_number": "00340434161094015902", "carrier": "DHL"}}),
            *_SHOWN,
        ],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        parcel = Parcel(**self.parse(TrackingSerializer))
        shipments.track(principal=self.principal, order_id=order_id, parcel=parcel, now=clock.now())
        return self.moved(order_id)
