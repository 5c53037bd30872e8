"""What outsiders see of an event: subscribers of webhooks and readers of the feed, in one and the same form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.kernel import clock


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """An event of an organization as it leaves the house. `id` is the same however often and by which way it is told.

    `data` has the fields of the event's class as JSON types, as they were published and as its JSON Schema in the
    catalogue says. `occurred_at` is when it was published.
    """

    id: UUID
    type: str
    organization_id: UUID
    occurred_at: datetime
    data: dict[str, Any]

    def body(self) -> dict[str, Any]:
        """The JSON object that feed and webhooks show: type, timestamp and data as Standard Webhooks names them."""
        return {
            "id": str(self.id),
            "type": self.type,
            "timestamp": clock.rfc3339(self.occurred_at),
            "organization_id": str(self.organization_id),
            "data": self.data,
        }
