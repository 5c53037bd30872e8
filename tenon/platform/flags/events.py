"""What happened to flags. They belong to the deployment, so no organization hears of them."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event


@dataclass(frozen=True)
class FlagEvent(Event):
    """Something that happened to a flag. `actor_id` is the person behind it; None: the system."""

    flag_id: UUID
    actor_id: UUID | None
    key: str
    version: int


@dataclass(frozen=True)
class FlagCreated(FlagEvent):
    """There is a flag of this key."""

    name: ClassVar[str] = "flags.created"
    audited: ClassVar[str] = "flags:flag:created"

    is_enabled: bool


@dataclass(frozen=True)
class FlagUpdated(FlagEvent):
    """The flag has other values now; `fields` names which."""

    name: ClassVar[str] = "flags.updated"
    audited: ClassVar[str] = "flags:flag:updated"

    is_enabled: bool
    fields: tuple[str, ...]


@dataclass(frozen=True)
class FlagDeleted(FlagEvent):
    """The flag is gone: off for everybody."""

    name: ClassVar[str] = "flags.deleted"
    audited: ClassVar[str] = "flags:flag:deleted"
