"""What happened to accounts and sessions: ids and values only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event


@dataclass(frozen=True)
class UserRegistered(Event):
    """An account exists. `is_superuser` tells the first person of a deployment from the people who come later."""

    name: ClassVar[str] = "identity.user_registered"

    user_id: UUID
    is_superuser: bool = False


@dataclass(frozen=True)
class EmailVerified(Event):
    """The person has shown that mail to the account's address reaches them."""

    name: ClassVar[str] = "identity.email_verified"

    user_id: UUID


@dataclass(frozen=True)
class ProfileUpdated(Event):
    """The person says other things of themselves now; `fields` names them."""

    name: ClassVar[str] = "identity.profile_updated"

    user_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PasswordChanged(Event):
    """The person, signed in, chose another password."""

    name: ClassVar[str] = "identity.password_changed"

    user_id: UUID


@dataclass(frozen=True)
class PasswordReset(Event):
    """The person chose another password through an emailed link."""

    name: ClassVar[str] = "identity.password_reset"

    user_id: UUID


@dataclass(frozen=True)
class SessionRevoked(Event):
    """A session ended before its time. `reason` is a value of `Session.RevokeReason`."""

    name: ClassVar[str] = "identity.session_revoked"

    user_id: UUID
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class UserDisabled(Event):
    """The account may no longer be used; its sessions have ended."""

    name: ClassVar[str] = "identity.user_disabled"

    user_id: UUID


@dataclass(frozen=True)
class UserEnabled(Event):
    """The account may be used again."""

    name: ClassVar[str] = "identity.user_enabled"

    user_id: UUID


@dataclass(frozen=True)
class StaffRightsChanged(Event):
    """What an account may do in the portal is another: `group_ids` are the groups of staff that it is in now."""

    name: ClassVar[str] = "identity.staff_rights_changed"

    user_id: UUID
    actor_id: UUID
    is_staff: bool
    is_superuser: bool
    group_ids: tuple[int, ...]


@dataclass(frozen=True)
class StaffGroupChanged(Event):
    """A group of staff was made, changed or deleted."""

    name: ClassVar[str] = "identity.staff_group_changed"

    group_id: int
    group_name: str
    deleted: bool = False
