"""How many there are of what a collection holds."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from tenon.kernel import clock

EXAMPLE = {"total_count": 128, "timestamp": "2026-11-20T09:30:00.000Z"}


class CollectionStatsSerializer(serializers.Serializer[Any]):
    """How many there are."""

    total_count = serializers.IntegerField()
    timestamp = serializers.DateTimeField()


def counted(rows: QuerySet[Any, Any]) -> Response:
    """The answer of a `stats/` route, in its scope. One query."""
    return Response({"total_count": rows.count(), "timestamp": clock.now()})
