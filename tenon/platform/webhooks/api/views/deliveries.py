"""Deliveries: what became of each event, and sending it again."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint as Route
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.operations.answers import accepted
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.webhooks import policies, selectors, services
from tenon.platform.webhooks.api import examples
from tenon.platform.webhooks.api.serializers import (
    WebhookAttemptSerializer,
    WebhookDeliveryInFullSerializer,
    WebhookDeliverySerializer,
    WebhookRecoveryBegunSerializer,
    WebhookRecoverySerializer,
)
from tenon.platform.webhooks.errors import EndpointIsDisabled, TooFarBack
from tenon.platform.webhooks.models.deliveries import Delivery


class DeliveriesView(Route):
    """Deliveries to an endpoint."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}
    page = KeysetPage(
        sort_fields={"created_at": "created_at"},
        default_sort="-created_at",
        filters={
            "state": filters.choice("state", *Delivery.State.values),
            "event_type": filters.text("event_type"),
            "event_id": filters.identifier("event_id"),
            "created_at": filters.timestamp("created_at"),
        },
    )

    @extend_schema(
        responses={200: WebhookDeliverySerializer(many=True)}, examples=shown(answers={200: examples.DELIVERY})
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """List the deliveries to a webhook endpoint.

        They are kept for a while after they have come to their end, by default for 30 days.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.deliveries(endpoint_id), represent=_listed))


class DeliveryView(Route):
    """Read a delivery.

    With every attempt, and what is sent for those who have `events:read` as well; for others `body` is empty.
    """

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}

    @extend_schema(responses={200: WebhookDeliveryInFullSerializer}, examples=shown(answers={200: examples.IN_FULL}))
    def get(self, request: Request, delivery_id: UUID) -> Response:
        found = selectors.delivery_in_full(organization_id=self.organization_id, delivery_id=delivery_id)
        body = found.body if policies.may_read_events(self.principal) else ""
        log = WebhookAttemptSerializer(found.attempts, many=True).data
        return Response({**WebhookDeliverySerializer(found.facts).data, "body": body, "log": log})


class RedeliveryView(Route):
    """Send a delivery again.

    The same message under the same webhook-id, at once, and with all retries if it fails.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    throttles = ("webhook_send",)
    idempotency = {"POST": Idempotency()}
    raises = (EndpointIsDisabled,)

    @extend_schema(
        request=None, responses={202: WebhookDeliverySerializer}, examples=shown(answers={202: examples.PENDING})
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        sent = services.redeliver(principal=self.principal, delivery_id=delivery_id, now=clock.now())
        headers = {"Location": reverse("webhooks:delivery", args=[sent.id])}
        return Response(WebhookDeliverySerializer(sent).data, status=status.HTTP_202_ACCEPTED, headers=headers)


class RecoveryView(Route):
    """Recover what a webhook endpoint has missed.

    Everything since then that has failed, or happened while the endpoint was disabled, is sent again. The Location is
    an operation, whose result says how many deliveries are on their way.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    throttles = ("webhook_send",)
    idempotency = {"POST": Idempotency()}
    raises = (EndpointIsDisabled, TooFarBack)

    @extend_schema(
        request=WebhookRecoverySerializer,
        responses={202: WebhookRecoveryBegunSerializer},
        examples=shown(
            requests={"A day": {"since": examples.MADE}},
            answers={202: {"operation_id": examples.OPERATION_ID, "since": examples.MADE}},
        ),
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        asked = self.parse(WebhookRecoverySerializer)
        operation_id = services.begin_recovery(
            principal=self.principal, endpoint_id=endpoint_id, **asked, now=clock.now()
        )
        return accepted(operation_id, {"operation_id": operation_id, **asked})


def _listed(row: Any) -> Any:
    return WebhookDeliverySerializer(row).data
