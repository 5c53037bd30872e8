"""What is known of organizations, roles and invitations, as values."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from tenon.kernel.errors import NotFound
from tenon.platform.organizations.models import Invitation, Organization, Role


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """What is known of an organization."""

    id: UUID
    name: str
    slug: str
    owner_id: UUID
    is_personal: bool
    timezone: str
    locale: str
    country: str
    currency: str
    settings: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role that an organization made for itself."""

    id: UUID
    name: str
    description: str
    permissions: list[str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """An invitation, as the organization sees it."""

    id: UUID
    email: str
    role: str
    state: str
    invited_by_id: UUID
    created_at: datetime
    expires_at: datetime


Facts = TypeVar("Facts", OrganizationFacts, RoleFacts, InvitationFacts)


def facts_of(organization: Organization) -> OrganizationFacts:
    """The facts of an organization that is loaded already."""
    return _facts(OrganizationFacts, organization)


def role_facts_of(role: Role) -> RoleFacts:
    """The facts of a role that is loaded already."""
    return _facts(RoleFacts, role)


def invitation_facts_of(invitation: Invitation) -> InvitationFacts:
    """The facts of an invitation that is loaded already."""
    return _facts(InvitationFacts, invitation)


def organization_facts(*, organization_id: UUID) -> OrganizationFacts:
    """The facts of an open organization. Raises NotFound."""
    row = Organization.objects.open().filter(pk=organization_id).values(*columns(OrganizationFacts)).first()
    if row is None:
        raise NotFound
    return OrganizationFacts(**row)


def has_slug(organization_id: UUID, slug: str) -> bool:
    """Whether the organization is called so in X-Organization-ID."""
    return Organization.objects.filter(pk=organization_id, slug=slug).exists()


def columns(facts: type[Facts]) -> list[str]:
    """The columns that the facts are made of."""
    return [field.name for field in fields(facts)]


def _facts(facts: type[Facts], row: Model) -> Facts:
    return facts(**{name: getattr(row, name) for name in columns(facts)})
