"""What the routes of notifications take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.platform.notifications.policies import Channel

CHANNELS = [channel.value for channel in Channel]


class NotificationSerializer(serializers.Serializer[Any]):
    """One thing that the caller was told."""

    id = serializers.UUIDField()
    type = serializers.CharField()
    message = serializers.CharField()
    target_url = serializers.CharField(help_text=_("A path of this deployment or an http(s) address; may be empty."))
    organization_id = serializers.UUIDField(allow_null=True, help_text=_("Whose matter it is; null: your own."))
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class UnreadSerializer(serializers.Serializer[Any]):
    """How many notifications are unread."""

    unread = serializers.IntegerField()


class ReadAllSerializer(serializers.Serializer[Any]):
    """How far to mark as read; without it, everything."""

    up_to = serializers.UUIDField(required=False, help_text=_("The newest notification that the person has seen."))


class MarkedSerializer(serializers.Serializer[Any]):
    """How many were not read before."""

    marked = serializers.IntegerField()


class PreferenceSerializer(serializers.Serializer[Any]):
    """A type of notification and the channels that it can take; true: it takes this one to the caller."""

    type = serializers.CharField()
    title = serializers.CharField()
    required = serializers.BooleanField(help_text=_("Cannot be switched off."))  # type: ignore[assignment]
    channels = serializers.DictField(child=serializers.BooleanField())


class PreferencesSerializer(serializers.Serializer[Any]):
    """Every type that there is."""

    data = PreferenceSerializer(many=True)  # type: ignore[assignment]


class PreferenceChangeSerializer(serializers.Serializer[Any]):
    """Whether a type is wanted over a channel."""

    type = serializers.CharField(max_length=100)
    channel = serializers.ChoiceField(choices=CHANNELS)
    enabled = serializers.BooleanField()


class PreferenceChangesSerializer(serializers.Serializer[Any]):
    """All of these are made, or none."""

    changes = serializers.ListField(child=PreferenceChangeSerializer(), allow_empty=False, max_length=200)


class UnsubscriptionSerializer(serializers.Serializer[Any]):
    """The type of notification that a link is about."""

    type = serializers.CharField()
    title = serializers.CharField()


class DeviceSerializer(serializers.Serializer[Any]):
    """A device that takes pushes."""

    id = serializers.UUIDField()
    platform = serializers.ChoiceField(choices=["fcm", "apns"])
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()


class TokenField(serializers.RegexField):
    """The token of a push service: no blanks, and nothing that could be more than a part of a path."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Za-z0-9_:.-]+$", min_length=8, max_length=4096, **kwargs)


class NewDeviceSerializer(serializers.Serializer[Any]):
    """A device that is to take pushes, by the token that its push service gave to the app."""

    platform = serializers.ChoiceField(choices=["fcm", "apns"])
    token = TokenField()
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)


class DeviceChangeSerializer(serializers.Serializer[Any]):
    """The token that the push service has changed to, or another name."""

    token = TokenField(required=False)
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
