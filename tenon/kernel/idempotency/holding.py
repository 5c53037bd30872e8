"""What is kept of a person here: copies of answers that they received, for a day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.kernel.idempotency.models import Record


def export(user_id: UUID) -> list[dict[str, Any]]:
    """When the person sent requests that are still remembered. What was answered, they have received."""
    kept = Record.objects.filter(principal_id=user_id).order_by("created_at")
    return [{"id": record.operation_id, "created_at": record.created_at} for record in kept]


def erase(*, user_id: UUID, now: datetime) -> None:
    """Forget the answers to the person's own requests."""
    Record.objects.filter(principal_id=user_id).delete()
