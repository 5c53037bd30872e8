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
