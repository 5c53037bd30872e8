"""Who is asking, and for whom: one frozen value that services and policies decide by."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tenon.kernel.errors import Forbidden


class PrincipalKind(StrEnum):
    """What sort of caller stands behind a request or a task."""

    ANONYMOUS = "anonymous"
    USER = "user"
    STAFF = "staff"
    API_KEY = "api_key"
    DEVICE = "device"
    SERVICE = "service"
    SYSTEM = "system"


PROGRAMS = frozenset({PrincipalKind.API_KEY, PrincipalKind.SERVICE})
"""Callers behind which stands no person, and whose permissions are what they were given."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. `permissions` are words (`orders:refund`); `organization_id` is the organization acted in, if any."""

    kind: PrincipalKind
    id: UUID | None = None
    organization_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    session_id: UUID | None = None

    @property
    def is_authenticated(self) -> bool:
        return self.kind is not PrincipalKind.ANONYMOUS

    @property
    def acting_in(self) -> UUID:
        """The organization acted in. Raises Forbidden where there is none."""
        if self.organization_id is None:
            raise Forbidden
        return self.organization_id


ANONYMOUS = Principal(kind=PrincipalKind.ANONYMOUS)
SYSTEM = Principal(kind=PrincipalKind.SYSTEM)
