"""What belongs to an order: parcels, returns, notes and its history."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders import policies
from tenon.domains.orders.api import bodies, examples
from tenon.domains.orders.api.serializers import (
    NewReturnSerializer,
    NewShipmentSerializer,
    NoteSerializer,
    NotesSerializer,
    ReturnChangeSerializer,
    ReturnSerializer,
    ReturnsSerializer,
    ShipmentSerializer,
    ShipmentsSerializer,
    TrackingSerializer,
    TransitionsSerializer,
)
from tenon.domains.orders.api.shoppers import TOKEN, OrderEndpoint
from tenon.domains.orders.errors import NotDeliveredYet, NotThatMany, OutOfSequence, WrongState
from tenon.domains.orders.selectors import orders as selectors
from tenon.domains.orders.services import notes, returns, shipments
from tenon.domains.orders.services.shipments import Parcel, Portion
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency


class ShipmentsView(OrderEndpoint):
    """Parcels of an order."""

    audience = Audience.STOREFRONT
    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (WrongState, NotThatMany)}

    @extend_schema(
        parameters=[TOKEN], responses={200: ShipmentsSerializer}, examples=shown(answers={200: examples.SHIPMENTS})
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the parcels of an order."""
        found = selectors.shipments(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        return Response({"data": [bodies.shipment(row) for row in found]})

    @extend_schema(
        request=NewShipmentSerializer,
        responses={201: ShipmentsSerializer},
        examples=shown(requests={"One of a line": examples.NEW_SHIPMENT}, answers={201: examples.SHIPMENTS}),
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Send a part of an order.

        Without `items` all that is left; when nothing is left, the order is `shipped`. Answers all its parcels: of an
        order of downloads alone there are none.
        """
        wanted = self.parse(NewShipmentSerializer)
        portions = wanted.pop("items", None)
        shipments.ship(
            principal=self.principal,
            order_id=order_id,
            parcel=Parcel(**wanted),
            portions=None if portions is None else _portions(portions),
            now=clock.now(),
        )
        found = selectors.shipments(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        return Response({"data": [bodies.shipment(row) for row in found]}, status=status.HTTP_201_CREATED)


class ShipmentView(OrderEndpoint):
    """One parcel."""

    audience = Audience.MEMBER
    permissions = {"PATCH": policies.MANAGE}

    @extend_schema(
        request=TrackingSerializer,
        responses={200: ShipmentSerializer},
        examples=shown(
            requests={"A number": {"tracking_number": "00340434161094015902"}}, answers={200: examples.SHIPMENT}
        ),
    )
    def patch(self, request: Request, order_id: UUID, shipment_id: UUID) -> Response:
        """Say where a parcel is to be found."""
        parcel = Parcel(**self.parse(TrackingSerializer))
        shipments.track(
            principal=self.principal, order_id=order_id, shipment_id=shipment_id, parcel=parcel, now=clock.now()
        )
        return _parcel(self, order_id, shipment_id)


class ShipmentDeliveryView(OrderEndpoint):
    """Say that a parcel has arrived.

    When it is the last one of a shipped order, the order is delivered.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}

    @extend_schema(request=None, responses={200: ShipmentSerializer}, examples=shown(answers={200: examples.SHIPMENT}))
    def post(self, request: Request, order_id: UUID, shipment_id: UUID) -> Response:
        shipments.receive(principal=self.principal, order_id=order_id, shipment_id=shipment_id, now=clock.now())
        return _parcel(self, order_id, shipment_id)


class ReturnsView(OrderEndpoint):
    """Returns of an order."""

    audience = Audience.STOREFRONT
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (NotDeliveredYet, NotThatMany, Forbidden)}

    @extend_schema(
        parameters=[TOKEN], responses={200: ReturnsSerializer}, examples=shown(answers={200: examples.RETURNS})
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the returns of an order."""
        found = selectors.returns(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        return Response({"data": [bodies.of_return(row) for row in found]})

    @extend_schema(
        parameters=[TOKEN],
        request=NewReturnSerializer,
        responses={201: ReturnSerializer},
        examples=shown(requests={"One of a line": examples.NEW_RETURN}, answers={201: examples.RETURN}),
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Ask to send something back.

        Of an order that has been delivered. Staff approve it or reject it.
        """
        wanted = self.parse(NewReturnSerializer)
        made = returns.request(
            shopper=self.shopper,
            organization_id=self.organization_id,
            order_id=order_id,
            portions=_portions(wanted["items"]),
            reason=wanted["reason"],
            now=clock.now(),
        )
        found = selectors.returns(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        row = next(row for row in found if row["id"] == made)
        return Response(bodies.of_return(row), status=status.HTTP_201_CREATED)


class ReturnView(OrderEndpoint):
    """One return."""

    audience = Audience.MEMBER
    permissions = {"PATCH": policies.MANAGE}
    raises = {"PATCH": (OutOfSequence,)}

    @extend_schema(
        request=ReturnChangeSerializer,
        responses={200: ReturnSerializer},
        examples=shown(requests={"Approved": {"status": "approved"}}, answers={200: examples.RETURN}),
    )
    def patch(self, request: Request, order_id: UUID, return_id: UUID) -> Response:
        """Decide about a return, or take the goods back.

        What is received goes back into stock, but for the lines that are `damaged`. Money is given back apart, by a
        refund.
        """
        wanted = self.parse(ReturnChangeSerializer)
        about: dict[str, Any] = {
            "principal": self.principal,
            "order_id": order_id,
            "return_id": return_id,
            "now": clock.now(),
        }
        if wanted["status"] == "received":
            returns.receive(**about, damaged=wanted["damaged"])
        else:
            returns.decide(**about, approved=wanted["status"] == "approved")
        found = selectors.returns(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        return Response(bodies.of_return(next(row for row in found if row["id"] == return_id)))


class NotesView(OrderEndpoint):
    """Notes of staff about an order. Customers never see them."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}

    @extend_schema(responses={200: NotesSerializer}, examples=shown(answers={200: examples.NOTES}))
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the notes about an order."""
        return Response({"data": selectors.notes(organization_id=self.organization_id, order_id=order_id)})

    @extend_schema(
        request=NoteSerializer,
        responses={201: NoteSerializer},
        examples=shown(requests={"A call": {"body": examples.NOTE["body"]}}, answers={201: examples.NOTE}),
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Write something down about an order."""
        made = notes.add(principal=self.principal, order_id=order_id, body=self.parse(NoteSerializer)["body"])
        found = selectors.notes(organization_id=self.organization_id, order_id=order_id)
        return Response(next(row for row in found if row["id"] == made), status=status.HTTP_201_CREATED)


class TransitionsView(OrderEndpoint):
    """History of an order."""

    audience = Audience.STOREFRONT

    @extend_schema(
        parameters=[TOKEN], responses={200: TransitionsSerializer}, examples=shown(answers={200: examples.TRANSITIONS})
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the steps that an order has taken."""
        found = selectors.transitions(shopper=self.shopper, organization_id=self.organization_id, order_id=order_id)
        for_staff = policies.may_read(self.principal)
        return Response({"data": [bodies.transition(row, for_staff=for_staff) for row in found]})


def _parcel(view: OrderEndpoint, order_id: UUID, shipment_id: UUID) -> Response:
    found = selectors.shipments(shopper=view.shopper, organization_id=view.organization_id, order_id=order_id)
    return Response(bodies.shipment(next(row for row in found if row["id"] == shipment_id)))


def _portions(given: list[dict[str, Any]]) -> list[Portion]:
    return [Portion(**each) for each in given]
