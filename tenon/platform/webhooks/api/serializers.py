"""What the routes of webhooks take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.platform.webhooks.models.deliveries import Delivery
from tenon.platform.webhooks.models.endpoints import DESCRIPTION_LENGTH, Endpoint

_TYPES = _("Types of event, as in GET /api/v1/event-types/; `area.*` for all of an area, `*` for all there are.")
_SECRET = _("whsec_ and 24 to 64 bytes in base64; one is made unless given.")


class EventTypesField(serializers.ListField):
    """Types of event, `area.*` or `*`."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=120)
        super().__init__(child=child, min_length=1, max_length=100, help_text=_TYPES, **kwargs)


class WebhookEndpointSerializer(serializers.Serializer[Any]):
    """Where events are sent."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    event_types = EventTypesField()
    enabled = serializers.BooleanField(source="is_enabled")
    disabled_reason = serializers.ChoiceField(choices=["", *Endpoint.Reason.values])
    disabled_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True, help_text=_("The first failure after the last success."))
    former_secret_until = serializers.DateTimeField(allow_null=True)
    created_by_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WebhookEndpointWithSecretSerializer(WebhookEndpointSerializer):
    """A new endpoint, with the secret that its messages are signed with."""

    secret = serializers.CharField()


class WebhookEndpointChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    url = serializers.CharField(max_length=2000, required=False)
    description = serializers.CharField(max_length=DESCRIPTION_LENGTH, required=False, allow_blank=True)
    event_types = EventTypesField(required=False)
    enabled = serializers.BooleanField(required=False)


class NewWebhookEndpointSerializer(serializers.Serializer[Any]):
    """Where to send which events."""

    url = serializers.CharField(max_length=2000, help_text=_("https:// and a public name."))
    description = serializers.CharField(max_length=DESCRIPTION_LENGTH, required=False, allow_blank=True)
    event_types = EventTypesField()
    secret = serializers.CharField(max_length=100, required=False, help_text=_SECRET)


class WebhookSecretsSerializer(serializers.Serializer[Any]):
    """What messages are signed with: the present secret, and the one before it until then."""

    secret = serializers.CharField()
    former_secret = serializers.CharField(allow_null=True)
    former_secret_until = serializers.DateTimeField(allow_null=True)


class WebhookSecretRotationSerializer(serializers.Serializer[Any]):
    """How long the present secret signs beside the next one."""

    overlap_hours = serializers.IntegerField(min_value=0, max_value=168, default=24)
    secret = serializers.CharField(max_length=100, required=False, help_text=_SECRET)


class WebhookRecoverySerializer(serializers.Serializer[Any]):
    """Since when."""

    since = serializers.DateTimeField()


class WebhookRecoveryBegunSerializer(WebhookRecoverySerializer):
    """The operation that sends it."""

    operation_id = serializers.UUIDField()


class WebhookDeliverySerializer(serializers.Serializer[Any]):
    """An event on its way to an endpoint."""

    id = serializers.UUIDField()
    endpoint_id = serializers.UUIDField()
    event_id = serializers.UUIDField(help_text=_("The webhook-id of every attempt."))
    event_type = serializers.CharField()
    state = serializers.ChoiceField(choices=Delivery.State.values)
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    last_outcome = serializers.CharField()
    last_status = serializers.IntegerField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class WebhookAttemptSerializer(serializers.Serializer[Any]):
    """One request and its answer."""

    id = serializers.UUIDField(help_text=_("The X-Request-ID that the request carried."))
    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    outcome = serializers.CharField(
        help_text=_(
            "delivered, refused (a status of 4xx or 5xx), redirected, timeout, no_connection, unknown_name, tls, "
            "no_http, refused_address, unsigned, or fault (ours)."
        )
    )
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(help_text=_("Why there was no answer."))
    answer = serializers.CharField(help_text=_("How the body of the answer begins, at most 1 KiB."))


class WebhookDeliveryInFullSerializer(WebhookDeliverySerializer):
    """A delivery with what is sent and every attempt."""

    body = serializers.CharField(help_text=_("What is sent, byte for byte."))
    log = WebhookAttemptSerializer(many=True, help_text=_("Every attempt, the first one first."))
