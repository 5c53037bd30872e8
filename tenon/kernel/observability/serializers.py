"""The answers of the health routes."""

from typing import Any

from rest_framework import serializers

Fields = serializers.Serializer[dict[str, Any]]
STATUSES = ("healthy", "unhealthy")


class StatusSerializer(Fields):
    """Healthy or not."""

    status = serializers.ChoiceField(choices=STATUSES)


class HealthSerializer(StatusSerializer):
    """Which service answers."""

    timestamp = serializers.DateTimeField()
    service = serializers.CharField()
    version = serializers.CharField()


class ReadinessSerializer(StatusSerializer):
    """And what it waits for."""

    failing = serializers.ListField(child=serializers.CharField(), help_text="Parts that do not work.")


class ComponentSerializer(Fields):
    """One part."""

    name = serializers.CharField()
    healthy = serializers.BooleanField()
    duration_ms = serializers.FloatField(help_text="How long the question took, in milliseconds.")
    detail = serializers.CharField(allow_blank=True)


class DetailedHealthSerializer(HealthSerializer):
    """Every part, for staff and for whoever holds the internal token; others get the status only."""

    components = ComponentSerializer(many=True, required=False)
