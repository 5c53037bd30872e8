"""What an entry of the audit log looks like."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.kernel.principal import PrincipalKind
from tenon.platform.audit.models import Outcome


class ActorSerializer(serializers.Serializer[Any]):
    """Who did it."""

    kind = serializers.ChoiceField([kind.value for kind in PrincipalKind])
    id = serializers.UUIDField(allow_null=True)


class TargetSerializer(serializers.Serializer[Any]):
    """What it was done to."""

    type = serializers.CharField()
    id = serializers.CharField(help_text=_("Empty where there is no such thing."))


class AuditEntrySerializer(serializers.Serializer[Any]):
    """One thing that was done, or refused."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    action = serializers.CharField(help_text=_("`<source>:<subject>:<verb>`."))
    actor = ActorSerializer()
    target = TargetSerializer()
    outcome = serializers.ChoiceField([str(outcome.value) for outcome in Outcome])
    parameters = serializers.DictField(help_text=_("Without secrets; empty once the person it is about was erased."))
    request_id = serializers.CharField()
    ip = serializers.CharField(help_text=_("Empty outside of a request, and once the person it is about was erased."))
    erased = serializers.BooleanField()
