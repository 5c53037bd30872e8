"""What happened to organizations, members, roles and invitations: ids and values only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event


@dataclass(frozen=True)
class OrganizationEvent(Event):
    """Something that happened in an organization. `actor_id` is the person behind it; None: the system."""

    organization_id: UUID
    actor_id: UUID | None


@dataclass(frozen=True)
class OrganizationCreated(OrganizationEvent):
    """An organization exists; the actor owns it."""

    name: ClassVar[str] = "organizations.created"
    public: ClassVar[bool] = True

    is_personal: bool = False


@dataclass(frozen=True)
class OrganizationUpdated(OrganizationEvent):
    """Fields of the organization have other values now; `fields` names them."""

    name: ClassVar[str] = "organizations.updated"
    public: ClassVar[bool] = True

    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrganizationClosed(OrganizationEvent):
    """The organization is no longer there for anybody."""

    name: ClassVar[str] = "organizations.closed"
    public: ClassVar[bool] = True


@dataclass(frozen=True)
class OwnershipTransferred(OrganizationEvent):
    """Another member owns the organization; the one before stays as an admin."""

    name: ClassVar[str] = "organizations.ownership_transferred"
    public: ClassVar[bool] = True

    user_id: UUID


@dataclass(frozen=True)
class MemberJoined(OrganizationEvent):
    """A person belongs to the organization now."""

    name: ClassVar[str] = "organizations.member_joined"
    public: ClassVar[bool] = True

    user_id: UUID
    role: str


@dataclass(frozen=True)
class MemberLeft(OrganizationEvent):
    """A person no longer belongs to the organization; the actor is that person, or who removed them."""

    name: ClassVar[str] = "organizations.member_left"
    public: ClassVar[bool] = True

    user_id: UUID


@dataclass(frozen=True)
class MemberRoleChanged(OrganizationEvent):
    """A member has another role, or other grants."""

    name: ClassVar[str] = "organizations.member_role_changed"
    public: ClassVar[bool] = True

    user_id: UUID
    role: str
    grants: tuple[str, ...]


@dataclass(frozen=True)
class RoleChanged(OrganizationEvent):
    """A role of the organization's own was made, given other permissions, or deleted."""

    name: ClassVar[str] = "organizations.role_changed"

    role: str
    permissions: tuple[str, ...]
    deleted: bool = False


@dataclass(frozen=True)
class InvitationSent(OrganizationEvent):
    """An address may join."""

    name: ClassVar[str] = "organizations.invitation_sent"

    invitation_id: UUID
    role: str


@dataclass(frozen=True)
class InvitationClosed(OrganizationEvent):
    """An invitation can no longer be answered; `state` says what became of it."""

    name: ClassVar[str] = "organizations.invitation_closed"

    invitation_id: UUID
    state: str
