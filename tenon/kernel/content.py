"""Where products that know nothing of each other meet: content that somebody submits, and what is decided about it.

A product publishes ContentSubmitted. Where `moderation` is switched on, it judges the content and publishes
ContentDecided; where it is not, staff decide and the product publishes it itself. The product acts on the decision
alone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event


class Action(StrEnum):
    """What is to become of the content."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"


@dataclass(frozen=True)
class ContentSubmitted(Event):
    """Somebody has submitted or changed content that others may see.

    `kind` is the product's word for it (`catalog.review`), `content_id` the product's id and `version` its version, so
    that a late decision on an older text can be told. `file_ids` name stored images.
    """

    name: ClassVar[str] = "content.submitted"
    unaudited: ClassVar[str] = "the product audits what its people do; this asks for an opinion on it"

    kind: str
    content_id: UUID
    version: int
    organization_id: UUID
    author_id: UUID | None
    text: str
    file_ids: tuple[UUID, ...]
    submitted_at: datetime


@dataclass(frozen=True)
class ContentDecided(Event):
    """A decision on submitted content: `action` is one of Action. `decided_by` is None where an engine decided.

    `reason` is a stable code of the policy that applied, empty for plain approval.
    """

    name: ClassVar[str] = "content.decided"
    audited: ClassVar[str] = "content:content:decided"

    kind: str
    content_id: UUID
    version: int
    organization_id: UUID
    action: str
    reason: str
    decided_by: UUID | None
    decided_at: datetime
