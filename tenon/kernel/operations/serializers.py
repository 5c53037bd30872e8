"""How an operation reads."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenon.kernel.operations.models import State


class OperationErrorSerializer(serializers.Serializer[Any]):
    """Why it failed. Decide by `code`; `detail` is for people."""

    code = serializers.CharField()
    detail = serializers.CharField()


@extend_schema_field({"type": ["object", "array", "string", "number", "boolean", "null"]})
class ResultField(serializers.JSONField):
    """Any JSON value: what it is, depends on the kind."""


class OperationSerializer(serializers.Serializer[Any]):
    """Work that was started: how far it is, and what came of it."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    progress = serializers.FloatField(min_value=0, max_value=1)
    result = ResultField(allow_null=True)
    error = OperationErrorSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
