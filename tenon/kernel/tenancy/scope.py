"""What a scope is, as a value."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ScopeKind(StrEnum):
    """What sort of rows a scope opens."""

    ORGANIZATION = "organization"
    SELF = "self"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is open. `id` is the organization's or the person's; a system scope has none, but a `reason`."""

    kind: ScopeKind
    id: UUID | None = None
    reason: str = ""
    read_only: bool = False

    def same_rows(self, other: "Scope") -> bool:
        """Whether both open the same rows, whatever may be done with them."""
        return (self.kind, self.id) == (other.kind, other.id)
