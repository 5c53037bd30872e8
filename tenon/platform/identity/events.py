"""What happened to accounts and sessions: ids and values only."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event


@dataclass(frozen=True)
class UserRegistered(Event):
    """An account exists. `is_superuser` tells the first person of a deployment from the people who come later."""

    name: ClassVar[str] = "identity.user_registered"
    audited: ClassVar[str] = "identity:user:registered"

    user_id: UUID
    is_superuser: bool = False


@dataclass(frozen=True)
class EmailVerified(Event):
    """The person has shown that mail to the account's address reaches them."""

    name: ClassVar[str] = "identity.email_verified"
    audited: ClassVar[str] = "identity:user:email_verified"

    user_id: UUID


@dataclass(frozen=True)
class AccountReclaimed(Event):
    """Whoever holds the address took the account over from whoever had made it, whose words and sessions are gone."""

    name: ClassVar[str] = "identity.account_reclaimed"
    audited: ClassVar[str] = "identity:user:reclaimed"

    user_id: UUID


@dataclass(frozen=True)
class ProfileUpdated(Event):
    """The person says other things of themselves now; `fields` names them."""

    name: ClassVar[str] = "identity.profile_updated"
    audited: ClassVar[str] = "identity:user:profile_updated"

    user_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PasswordChanged(Event):
    """The person, signed in, chose another password."""

    name: ClassVar[str] = "identity.password_changed"
    audited: ClassVar[str] = "identity:user:password_changed"

    user_id: UUID


@dataclass(frozen=True)
class PasswordReset(Event):
    """The person chose another password through an emailed link."""

    name: ClassVar[str] = "identity.password_reset"
    audited: ClassVar[str] = "identity:user:password_reset"

    user_id: UUID


@dataclass(frozen=True)
class SignedInFromNewDevice(Event):
    """Somebody signed in with a browser or program that the account was not used with before."""

    name: ClassVar[str] = "identity.signed_in_from_new_device"
    audited: ClassVar[str] = "identity:session:started_on_new_device"

    user_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class SessionStarted(Event):
    """Somebody signed in."""

    name: ClassVar[str] = "identity.session_started"
    audited: ClassVar[str] = "identity:session:started"

    session_id: UUID
    actor_id: UUID


@dataclass(frozen=True)
class SessionRevoked(Event):
    """A session ended before its time. `reason` is a value of `Session.RevokeReason`."""

    name: ClassVar[str] = "identity.session_revoked"
    audited: ClassVar[str] = "identity:session:revoked"

    user_id: UUID
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class UserDisabled(Event):
    """The account may no longer be used; its sessions have ended."""

    name: ClassVar[str] = "identity.user_disabled"
    audited: ClassVar[str] = "identity:user:disabled"

    user_id: UUID


@dataclass(frozen=True)
class UserEnabled(Event):
    """The account may be used again."""

    name: ClassVar[str] = "identity.user_enabled"
    audited: ClassVar[str] = "identity:user:enabled"

    user_id: UUID


@dataclass(frozen=True)
class StaffRightsChanged(Event):
    """What an account may do in the portal is another: `group_ids` are the groups of staff that it is in now."""

    name: ClassVar[str] = "identity.staff_rights_changed"
    audited: ClassVar[str] = "identity:user:staff_rights_changed"

    user_id: UUID
    actor_id: UUID
    is_staff: bool
    is_superuser: bool
    group_ids: tuple[int, ...]


@dataclass(frozen=True)
class StaffGroupChanged(Event):
    """A group of staff was made, changed or deleted."""

    name: ClassVar[str] = "identity.staff_group_changed"
    audited: ClassVar[str] = "identity:staff_group:changed"
    audit_target: ClassVar[str] = "group_id"

    group_id: int
    group_name: str
    deleted: bool = False


@dataclass(frozen=True)
class ErasureRequested(Event):
    """The person asked to be forgotten, which is due at `erases_at` unless they sign in before."""

    name: ClassVar[str] = "identity.erasure_requested"
    audited: ClassVar[str] = "identity:user:erasure_requested"

    user_id: UUID
    erases_at: datetime


@dataclass(frozen=True)
class ErasureCancelled(Event):
    """The person signed in again before they were forgotten, and so will not be."""

    name: ClassVar[str] = "identity.erasure_cancelled"
    audited: ClassVar[str] = "identity:user:erasure_cancelled"

    user_id: UUID


@dataclass(frozen=True)
class UserErased(Event):
    """Nothing is left of the person but an id."""

    name: ClassVar[str] = "identity.user_erased"
    audited: ClassVar[str] = "identity:user:erased"

    user_id: UUID
