"""What the feed shows."""

from typing import Any

from rest_framework import serializers


class EventSerializer(serializers.Serializer[Any]):
    """An event, as webhooks carry it."""

    id = serializers.UUIDField(help_text="The same however often, and by which way, it is told.")
    type = serializers.CharField(help_text="What `data` holds; `GET /api/v1/event-types/` lists them all.")
    timestamp = serializers.DateTimeField(help_text="When it happened.")
    organization_id = serializers.UUIDField()
    data = serializers.DictField()  # type: ignore[assignment]


class FeedMetaSerializer(serializers.Serializer[Any]):
    """How to read on."""

    next = serializers.CharField(help_text="The `cursor` to read on with; at the end too, for what comes later.")
    has_more = serializers.BooleanField(help_text="Whether there are more events already.")


class FeedSerializer(serializers.Serializer[Any]):
    """Events in order."""

    data = EventSerializer(many=True)  # type: ignore[assignment]
    meta = FeedMetaSerializer()


class EventTypeSerializer(serializers.Serializer[Any]):
    """A type of event."""

    name = serializers.CharField()
    summary = serializers.CharField()
    description = serializers.CharField()
    schema = serializers.DictField(help_text="The JSON Schema (2020-12) of `data`.")
    example = EventSerializer()


class EventTypesSerializer(serializers.Serializer[Any]):
    """Every type of event, by name."""

    data = EventTypeSerializer(many=True)  # type: ignore[assignment]
