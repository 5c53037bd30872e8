"""What happened to organizations, members, roles and invitations: ids and values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event

_USER = "0199f6f0-4c1e-7a52-9d3c-000000000007"
_INVITATION = "0199f6f0-4c1e-7a52-9d3c-000000000021"


@dataclass(frozen=True)
class OrganizationEvent(Event):
    """Something that happened in an organization."""

    organization_id: Annotated[UUID, "The organization."]
    actor_id: Annotated[UUID | None, "The person who did it; null where the system did."]


@dataclass(frozen=True)
class OrganizationCreated(OrganizationEvent):
    """An organization exists; the actor owns it."""

    name: ClassVar[str] = "organizations.created"
    audited: ClassVar[str] = "organizations:organization:created"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"is_personal": False}

    is_personal: Annotated[bool, "Whether it is one person's own workspace."] = False


@dataclass(frozen=True)
class OrganizationUpdated(OrganizationEvent):
    """Fields of the organization have other values now.

    Read the organization to learn them.
    """

    name: ClassVar[str] = "organizations.updated"
    audited: ClassVar[str] = "organizations:organization:updated"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"fields": ["name"]}

    fields: Annotated[tuple[str, ...], "The names of the fields."] = ()


@dataclass(frozen=True)
class OrganizationClosed(OrganizationEvent):
    """The organization is no longer there for anybody."""

    name: ClassVar[str] = "organizations.closed"
    audited: ClassVar[str] = "organizations:organization:closed"
    public: ClassVar[bool] = True


@dataclass(frozen=True)
class OwnershipTransferred(OrganizationEvent):
    """Another member owns the organization.

    The owner before stays as an admin.
    """

    name: ClassVar[str] = "organizations.ownership_transferred"
    audited: ClassVar[str] = "organizations:organization:ownership_transferred"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"user_id": _USER}

    user_id: Annotated[UUID, "Who owns it now."]


@dataclass(frozen=True)
class MemberJoined(OrganizationEvent):
    """A person belongs to the organization now."""

    name: ClassVar[str] = "organizations.member_joined"
    audited: ClassVar[str] = "organizations:member:joined"
    audit_target: ClassVar[str] = "user_id"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"user_id": _USER, "role": "member"}

    user_id: Annotated[UUID, "Who joined."]
    role: Annotated[str, "The name of their role."]


@dataclass(frozen=True)
class MemberLeft(OrganizationEvent):
    """A person no longer belongs to the organization.

    The actor is that person, or who removed them.
    """

    name: ClassVar[str] = "organizations.member_left"
    audited: ClassVar[str] = "organizations:member:left"
    audit_target: ClassVar[str] = "user_id"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"user_id": _USER}

    user_id: Annotated[UUID, "Who left."]


@dataclass(frozen=True)
class MemberRoleChanged(OrganizationEvent):
    """A member has another role, or other grants."""

    name: ClassVar[str] = "organizations.member_role_changed"
    audited: ClassVar[str] = "organizations:member:role_changed"
    audit_target: ClassVar[str] = "user_id"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"user_id": _USER, "role": "admin", "grants": ["reviewer"]}

    user_id: Annotated[UUID, "Whose role it is."]
    role: Annotated[str, "The name of their role now."]
    grants: Annotated[tuple[str, ...], "The names of all further roles that they have now."]


@dataclass(frozen=True)
class RoleChanged(OrganizationEvent):
    """A role of the organization's own was made, given other permissions, or deleted."""

    name: ClassVar[str] = "organizations.role_changed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"role": "dispatcher", "permissions": ["members:list"], "deleted": False}
    audited: ClassVar[str] = "organizations:role:changed"
    audit_target: ClassVar[str] = "role"

    role: Annotated[str, "The name of the role."]
    permissions: Annotated[tuple[str, ...], "The permission words that it has now."]
    deleted: Annotated[bool, "Whether it is gone."] = False


@dataclass(frozen=True)
class InvitationSent(OrganizationEvent):
    """An address may join.

    Which address it is, only those see who may read invitations.
    """

    name: ClassVar[str] = "organizations.invitation_sent"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"invitation_id": _INVITATION, "role": "member"}
    audited: ClassVar[str] = "organizations:invitation:sent"

    invitation_id: Annotated[UUID, "The invitation."]
    role: Annotated[str, "The name of the role that comes with it."]


@dataclass(frozen=True)
class InvitationClosed(OrganizationEvent):
    """An invitation can no longer be answered."""

    name: ClassVar[str] = "organizations.invitation_closed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"invitation_id": _INVITATION, "state": "accepted"}
    audited: ClassVar[str] = "organizations:invitation:closed"

    invitation_id: Annotated[UUID, "The invitation."]
    state: Annotated[str, "What became of it: accepted, declined, revoked or expired."]
