"""What the routes of API keys take and give."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.platform.api_keys.engines import secrets

_DAY = int(timedelta(days=1).total_seconds())
_STATES = ("active", "expired", "revoked")


class ScopesField(serializers.ListField):
    """Permission words, each once."""

    def __init__(self, **kwargs: Any) -> None:
        word = serializers.RegexField(r"^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$", max_length=100)
        super().__init__(child=word, max_length=100, **kwargs)


class ApiKeySerializer(serializers.Serializer[Any]):
    """A key, without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text=_("How the key begins, to tell it from others."))
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=_STATES)
    created_by_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text=_("Null: the key works until it is revoked."))
    rotated_at = serializers.DateTimeField(allow_null=True)
    previous_expires_at = serializers.DateTimeField(
        allow_null=True, help_text=_("Until when the secret before the last rotation works.")
    )
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text=_("Written at most once a minute."))
    last_used_ip = serializers.IPAddressField(allow_null=True)


class IssuedApiKeySerializer(ApiKeySerializer):
    """A key with its new secret."""

    secret = serializers.RegexField(f"^{secrets.PATTERN}$", help_text=_("Shown this once. Keep it like a password."))


class NewApiKeySerializer(serializers.Serializer[Any]):
    """A new key."""

    name = serializers.CharField(max_length=100)
    scopes = ScopesField(min_length=1, help_text=_("Permissions that you have yourself."))
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class ApiKeyChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    name = serializers.CharField(max_length=100, required=False)
    scopes = ScopesField(min_length=1, required=False, help_text=_("Some of those that the key has."))
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class RotationSerializer(serializers.Serializer[Any]):
    """How long the secret of before works on."""

    overlap_seconds = serializers.IntegerField(
        min_value=0, max_value=30 * _DAY, default=_DAY, help_text=_("0 ends it at once, as for a secret that leaked.")
    )


class KeyOrganizationSerializer(serializers.Serializer[Any]):
    """Whose key it is."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class OwnApiKeySerializer(serializers.Serializer[Any]):
    """What a key is told of itself."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    organization = KeyOrganizationSerializer()
    scopes = serializers.ListField(child=serializers.CharField(), help_text=_("Those that still mean something."))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class ScopeSerializer(serializers.Serializer[Any]):
    """One scope."""

    scope = serializers.CharField()
    description = serializers.CharField()
    grantable = serializers.BooleanField(help_text=_("Whether you have the permission and can give it to a key."))


class ScopeListSerializer(serializers.Serializer[Any]):
    """Every scope that there is."""

    data = ScopeSerializer(many=True)  # type: ignore[assignment]
