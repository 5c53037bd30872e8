"""What is kept of a person here: the work that they have started lately, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.kernel.operations.models import Operation

_SHOWN = ("id", "kind", "state", "result", "created_at", "finished_at")


def export(user_id: UUID) -> list[dict[str, Any]]:
    """What the person started."""
    started = Operation.objects.filter(started_by=user_id).order_by("created_at")
    return [{name: getattr(each, name) for name in _SHOWN} for each in started]


def erase(*, user_id: UUID, now: datetime) -> None:
    """Forget the operations; a job that still runs for one ends at its next report."""
    Operation.objects.filter(started_by=user_id).delete()
