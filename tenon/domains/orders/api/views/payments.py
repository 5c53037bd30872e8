"""Payments of an order: begun, confirmed, noted by staff; the books of an order."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders import policies
from tenon.domains.orders.api import payment_bodies as bodies
from tenon.domains.orders.api import payment_examples as examples
from tenon.domains.orders.api.payment_serializers import (
    BooksSerializer,
    PaymentSerializer,
    PaymentsSerializer,
    ReceiptSerializer,
    StartedPaymentSerializer,
)
from tenon.domains.orders.api.shoppers import TOKEN, OrderEndpoint
from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.errors import AlreadyPaid, MethodUnavailable, PaymentRefused, WrongState
from tenon.domains.orders.selectors import orders
from tenon.domains.orders.selectors import payments as selectors
from tenon.domains.orders.selectors.payments import PaymentFacts
from tenon.domains.orders.services import payments
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope

# The lease is longer than a provider's call takes with its repetition.
IN_STEPS = Idempotency(required=True, phased=True, lease=timedelta(seconds=90))


class PaymentEndpoint(OrderEndpoint):
    """A route about payments."""

    @property
    def for_staff(self) -> bool:
        """Whether the caller sees what is staff's."""
        return policies.may_read(self.principal)

    def shown(self, facts: PaymentFacts) -> dict[str, Any]:
        """A payment as the caller sees it."""
        return bodies.payment(facts, for_staff=self.for_staff)


class PaymentsView(PaymentEndpoint):
    """Payments of an order."""

    audience = Audience.STOREFRONT
    throttles = {"POST": ("pay",)}
    idempotency = {"POST": IN_STEPS}
    raises = {
        "POST": (AlreadyPaid, WrongState, MethodUnavailable, PaymentRefused, ProviderUnavailable, Forbidden),
    }

    @extend_schema(
        parameters=[TOKEN], responses={200: PaymentsSerializer}, examples=shown(answers={200: examples.PAYMENTS})
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the payments of an order."""
        with organization_scope(self.organization_id, read_only=True):
            orders.require_visible(shopper=self.shopper, order_id=order_id)
            found = selectors.payments_of(order_id)
        return Response({"data": [self.shown(each) for each in found]})

    @extend_schema(
        parameters=[TOKEN],
        request=None,
        responses={201: StartedPaymentSerializer},
        examples=shown(answers={201: examples.STARTED}),
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Begin to pay for an order.

        By the method that the order names. Give `client_secret` and `publishable_key` to Stripe's library in the
        browser, which asks for the card and confirms; then `POST /api/v1/payments/{id}/confirmation/`. After a failed
        attempt, and whenever you ask again, it is the same payment. The order is confirmed when the money is here,
        whoever brings the word first: the browser, or Stripe.
        """
        started = payments.start(operation=self.operation, shopper=self.shopper, order_id=order_id, now=clock.now())
        keys = {"client_secret": started.client_secret, "publishable_key": started.publishable_key}
        return Response({**self.shown(started.payment), **keys}, status=status.HTTP_201_CREATED)


class PaymentConfirmationView(PaymentEndpoint):
    """Confirm a payment.

    Asks the provider how far it is, and answers that. Repeat it as often as you like: what was paid is taken once. A
    payment that is `processing` takes days; the order then goes on by itself.
    """

    audience = Audience.STOREFRONT
    raises = {"POST": (ProviderUnavailable,)}

    @extend_schema(
        parameters=[TOKEN],
        request=None,
        responses={200: PaymentSerializer},
        examples=shown(answers={200: examples.PAYMENT}),
    )
    def post(self, request: Request, payment_id: UUID) -> Response:
        return Response(self.shown(payments.confirm(shopper=self.shopper, payment_id=payment_id, now=clock.now())))


class ReceiptsView(PaymentEndpoint):
    """Note that an order is paid.

    By bank transfer, or at the door: all that is still due. The order is confirmed, and a payment by card that is open
    is called off.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency(required=True)}
    raises = {"POST": (AlreadyPaid, WrongState)}

    @extend_schema(
        request=ReceiptSerializer,
        responses={201: PaymentSerializer},
        examples=shown(requests={"A transfer": examples.RECEIPT}, answers={201: examples.PAYMENT}),
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        note = self.parse(ReceiptSerializer)["note"]
        facts = payments.receive(principal=self.principal, order_id=order_id, note=note, now=clock.now())
        return Response(self.shown(facts), status=status.HTTP_201_CREATED)


class BooksView(PaymentEndpoint):
    """See the books of an order.

    Every movement of money, twice: debits are positive, credits negative. `receivable` is what the customer still owes.
    """

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}

    @extend_schema(responses={200: BooksSerializer}, examples=shown(answers={200: examples.BOOKS}))
    def get(self, request: Request, order_id: UUID) -> Response:
        with organization_scope(self.organization_id, read_only=True):
            currency = selectors.currency_of(order_id)
            found = selectors.booked(order_id)
        return Response(bodies.books(found, currency))
