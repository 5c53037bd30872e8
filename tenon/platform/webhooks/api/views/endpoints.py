"""Endpoints: where an organization wants its events sent."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint as Route
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.outgoing import RefusedUrl
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.webhooks import policies, selectors, services
from tenon.platform.webhooks.api import examples
from tenon.platform.webhooks.api.serializers import (
    NewWebhookEndpointSerializer,
    WebhookDeliverySerializer,
    WebhookEndpointChangeSerializer,
    WebhookEndpointSerializer,
    WebhookEndpointWithSecretSerializer,
)
from tenon.platform.webhooks.errors import EndpointIsDisabled, MalformedSecret, TooManyEndpoints, UnknownEventType
from tenon.platform.webhooks.selectors import EndpointFacts


class EndpointsView(Route):
    """Endpoints of the organization."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (RefusedUrl, UnknownEventType, MalformedSecret, TooManyEndpoints)}
    page = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="-created_at")

    @extend_schema(
        responses={200: WebhookEndpointSerializer(many=True)}, examples=shown(answers={200: examples.ENDPOINT})
    )
    def get(self, request: Request) -> Response:
        """List the webhook endpoints."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.endpoints(), represent=_listed))

    @extend_schema(
        request=NewWebhookEndpointSerializer,
        responses={201: WebhookEndpointWithSecretSerializer},
        examples=shown(requests={"A receiver": examples.NEW}, answers={201: examples.WITH_SECRET}),
    )
    def post(self, request: Request) -> Response:
        """Make a webhook endpoint.

        Events of these types are sent to it from now on, signed with the secret of this answer as Standard Webhooks
        says. Needs `events:read` as well: whoever has events sent somewhere reads them.
        """
        made, secret = services.create(principal=self.principal, **self.parse(NewWebhookEndpointSerializer))
        body = {**WebhookEndpointSerializer(made).data, "secret": secret}
        headers = {"Location": reverse("webhooks:endpoint", args=[made.id]), "ETag": _etag(made)}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)


class EndpointView(Route):
    """One endpoint."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "PATCH": policies.MANAGE, "DELETE": policies.MANAGE}
    raises = {"PATCH": (RefusedUrl, UnknownEventType, PreconditionFailed)}

    @extend_schema(responses={200: WebhookEndpointSerializer}, examples=shown(answers={200: examples.ENDPOINT}))
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Read a webhook endpoint.

        The ETag goes into the If-Match of a change.
        """
        facts = selectors.endpoint_facts(organization_id=self.organization_id, endpoint_id=endpoint_id)
        conditional.check(request, _etag(facts))
        return _answer(facts)

    @extend_schema(
        request=WebhookEndpointChangeSerializer,
        responses={200: WebhookEndpointSerializer},
        examples=shown(requests={"Enabled again": {"enabled": True}}, answers={200: examples.ENDPOINT}),
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Change a webhook endpoint.

        With If-Match only if nobody has changed it since you read it. While it is disabled nothing is sent; what
        happens meanwhile waits for a recovery. Another address, other types, and enabling need `events:read` as well.
        """
        changed = services.update(
            principal=self.principal,
            endpoint_id=endpoint_id,
            changes=self.parse(WebhookEndpointChangeSerializer),
            now=clock.now(),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Delete a webhook endpoint.

        With all its deliveries.
        """
        services.delete(principal=self.principal, endpoint_id=endpoint_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TestView(Route):
    """Try a webhook endpoint.

    Sends it a message of the type `webhooks.test`, whatever it subscribes to. The answer is the delivery; read it again
    to see what became of it.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    throttles = ("webhook_send",)
    idempotency = {"POST": Idempotency()}
    raises = (EndpointIsDisabled,)

    @extend_schema(
        request=None, responses={202: WebhookDeliverySerializer}, examples=shown(answers={202: examples.PENDING})
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        sent = services.send_test(principal=self.principal, endpoint_id=endpoint_id, now=clock.now())
        headers = {"Location": reverse("webhooks:delivery", args=[sent.id])}
        return Response(WebhookDeliverySerializer(sent).data, status=status.HTTP_202_ACCEPTED, headers=headers)


def _listed(row: dict[str, object]) -> object:
    return WebhookEndpointSerializer(EndpointFacts(**row)).data  # type: ignore[arg-type]


def _answer(facts: EndpointFacts) -> Response:
    return Response(WebhookEndpointSerializer(facts).data, headers={"ETag": _etag(facts)})


def _etag(facts: EndpointFacts) -> str:
    return conditional.etag(facts.id, facts.version)
