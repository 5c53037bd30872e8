"""What a request is answered that has started an operation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework.response import Response

RETRY_AFTER = 1  # seconds


def accepted(operation_id: UUID, body: Mapping[str, Any]) -> Response:
    """202, with where to look and when (RFC 9110, 15.3.3)."""
    headers = {"Location": reverse("operations:operation", args=[operation_id]), "Retry-After": str(RETRY_AFTER)}
    return Response(body, status=202, headers=headers)
