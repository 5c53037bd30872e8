"""What the audit log has of a person."""

from typing import Any
from uuid import UUID

from tenon.platform.audit.selectors.contents import about

MOST = 10_000
_FIELDS = ("created_at", "action", "target_type", "target_id", "outcome", "organization_id")


def held_of(user_id: UUID) -> list[dict[str, Any]]:
    """What the person did, the newest first, with the addresses they did it from; at most MOST entries.

    What others did to the person is left out: where these were, is theirs.
    """
    mine = about(user_id).filter(actor_id=user_id).order_by("-created_at", "-pk")
    rows = mine.values(*_FIELDS, "detail__ip")[:MOST]
    return [{**{name: row[name] for name in _FIELDS}, "ip": row["detail__ip"] or ""} for row in rows]
