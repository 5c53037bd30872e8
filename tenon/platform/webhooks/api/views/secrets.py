"""The secrets of an endpoint."""

from datetime import timedelta
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint as Route
from tenon.kernel.idempotency.rules import Idempotency
from tenon.platform.webhooks import policies, services
from tenon.platform.webhooks.api import examples
from tenon.platform.webhooks.api.serializers import WebhookSecretRotationSerializer, WebhookSecretsSerializer
from tenon.platform.webhooks.errors import MalformedSecret, SecretUnreadable


class SecretView(Route):
    """Read the secrets of a webhook endpoint.

    What its messages are signed with. The audit log says who has looked.
    """

    audience = Audience.MEMBER
    permissions = {"GET": policies.MANAGE}
    cache_control = "no-store"
    raises = (SecretUnreadable,)

    @extend_schema(responses={200: WebhookSecretsSerializer}, examples=shown(answers={200: examples.SECRETS}))
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        secrets = services.show_secrets(principal=self.principal, endpoint_id=endpoint_id, now=clock.now())
        return Response(WebhookSecretsSerializer(secrets).data)


class RotationView(Route):
    """Rotate the secret of a webhook endpoint.

    From now on messages are signed with another secret, and for `overlap_hours` with the present one as well, so that
    receivers can change over. The one before that stops at once.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    cache_control = "no-store"
    idempotency = {"POST": Idempotency()}
    raises = (MalformedSecret,)

    @extend_schema(
        request=WebhookSecretRotationSerializer,
        responses={200: WebhookSecretsSerializer},
        examples=shown(requests={"With a day to change over": {"overlap_hours": 24}}, answers={200: examples.ROTATED}),
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        asked = self.parse(WebhookSecretRotationSerializer)
        overlap = timedelta(hours=asked.pop("overlap_hours"))
        secrets = services.rotate_secret(
            principal=self.principal, endpoint_id=endpoint_id, overlap=overlap, now=clock.now(), **asked
        )
        return Response(WebhookSecretsSerializer(secrets).data)
