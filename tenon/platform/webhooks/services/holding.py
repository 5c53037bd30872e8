"""What webhooks keep of persons: who has made an endpoint."""

from datetime import datetime
from uuid import UUID

from tenon.platform.webhooks.models import Endpoint


def forget(*, user_id: UUID, now: datetime) -> None:
    """Endpoints stay, since they are the organization's; who has made them is forgotten."""
    Endpoint.objects.filter(created_by_id=user_id).update(created_by_id=None)
