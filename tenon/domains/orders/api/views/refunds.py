"""Refunds of an order, and what Stripe tells us."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders import policies
from tenon.domains.orders.api import payment_bodies as bodies
from tenon.domains.orders.api import payment_examples as examples
from tenon.domains.orders.api.payment_serializers import (
    NewRefundSerializer,
    NoticeReceiptSerializer,
    RefundSerializer,
    RefundsSerializer,
)
from tenon.domains.orders.api.shoppers import TOKEN
from tenon.domains.orders.api.views.payments import IN_STEPS, PaymentEndpoint
from tenon.domains.orders.clients.errors import InvalidSignature, ProviderUnavailable
from tenon.domains.orders.errors import NothingToRefund, RefundRefused, RefundTooLarge
from tenon.domains.orders.selectors import orders
from tenon.domains.orders.selectors import payments as selectors
from tenon.domains.orders.services import notices, refunds
from tenon.kernel import clock
from tenon.kernel.http.amounts import minor_units
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.money import CurrencyMismatch, InvalidAmount, Money
from tenon.kernel.tenancy.scopes import organization_scope

NOTICE_BYTES = 262_144


class RefundsView(PaymentEndpoint):
    """Refunds of an order."""

    audience = Audience.STOREFRONT
    permissions = {"POST": policies.REFUND}
    idempotency = {"POST": IN_STEPS}
    raises = {
        "POST": (
            NothingToRefund,
            RefundTooLarge,
            RefundRefused,
            InvalidAmount,
            CurrencyMismatch,
            ProviderUnavailable,
        ),
    }

    @extend_schema(
        parameters=[TOKEN], responses={200: RefundsSerializer}, examples=shown(answers={200: examples.REFUNDS})
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the refunds of an order."""
        with organization_scope(self.organization_id, read_only=True):
            orders.require_visible(shopper=self.shopper, order_id=order_id)
            found = selectors.refunds_of(order_id)
        return Response({"data": [bodies.refund(each, for_staff=self.for_staff) for each in found]})

    @extend_schema(
        request=NewRefundSerializer,
        responses={201: RefundSerializer},
        examples=shown(requests={"A part": examples.NEW_REFUND}, answers={201: examples.REFUND}),
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Give money back.

        Never more than was taken and is not given back yet. A refund that is `pending` takes days at the provider, and
        one that fails there, even after it had succeeded, can be made again. Where the provider cannot be reached the
        answer is 503: repeat the request with the same key, or leave it; it is made once.
        """
        wanted = self.parse(NewRefundSerializer)
        amount = None
        if "amount" in wanted:
            with organization_scope(self.organization_id, read_only=True):
                currency = selectors.currency_of(order_id)
            amount = Money(minor_units(wanted["amount"], currency=currency, field="amount", minimum=1), currency)
        facts = refunds.refund(
            operation=self.operation,
            principal=self.principal,
            order_id=order_id,
            amount=amount,
            reason=wanted["reason"],
            payment_id=wanted.get("payment_id"),
            now=clock.now(),
        )
        return Response(bodies.refund(facts, for_staff=True), status=status.HTTP_201_CREATED)


class StripeWebhookView(Endpoint):
    """Take a notice of Stripe's.

    For Stripe alone: signed with the secret of the webhook endpoint, and not older than five minutes. What was taken
    before, and what is about nothing of ours, is answered with 200 as well.
    """

    audience = Audience.PUBLIC
    tag = "Orders"
    raises = {"POST": (InvalidSignature,)}
    max_body = NOTICE_BYTES

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "Stripe-Signature", str, OpenApiParameter.HEADER, required=False, description="t=…,v1=… of the body."
            )
        ],
        request={"application/json": OpenApiTypes.OBJECT},
        responses={200: NoticeReceiptSerializer},
        examples=shown(requests={"A payment": examples.NOTICE}, answers={200: examples.TAKEN}),
    )
    def post(self, request: Request) -> Response:
        # The bytes that were signed: parsed and written again they would be others.
        body = request.read(NOTICE_BYTES + 1)
        if len(body) > NOTICE_BYTES:
            raise RequestDataTooBig
        notices.take(body=body, signature=request.headers.get("Stripe-Signature", ""))
        return Response(examples.TAKEN)
