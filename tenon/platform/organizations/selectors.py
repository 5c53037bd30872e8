"""Reading organizations, members, roles and invitations. Values leave; querysets are for a list's own scope."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Model, Q, QuerySet

from tenon.kernel import permissions
from tenon.kernel.errors import NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.platform.organizations import policies
from tenon.platform.organizations.errors import OrganizationRequired
from tenon.platform.organizations.models import Invitation, Membership, Organization, Role


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


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in one organization. `role` and `grants` are names; see policies.names_of."""

    organization_id: UUID
    role: str
    grants: tuple[str, ...]
    is_owner: bool

    @property
    def names(self) -> list[str]:
        return policies.names_of(self.role, self.grants, is_owner=self.is_owner)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person has a permission, through which of their roles, and which roles would give it."""

    permission: str
    label: str
    allowed: bool
    because_of: list[str]
    given_by: list[str]


@dataclass(frozen=True, slots=True)
class Census:
    """How many open organizations, members and open invitations there are, and whether the default one is there."""

    organizations: int
    personal: int
    members: int
    invitations: int
    has_default: bool


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
    row = Organization.objects.open().filter(pk=organization_id).values(*_names(OrganizationFacts)).first()
    if row is None:
        raise NotFound
    return OrganizationFacts(**row)


def acting(principal: Principal, reference: str = "") -> Principal:
    """`principal` with the organization that it acts in and what it may do there; `kernel/http/acting` asks this.

    `reference` is an id or a slug; without one it is the person's current organization, or their only one.
    Raises NotFound where the person is no member of it, OrganizationRequired where nothing says which.
    """
    user_id = cast(UUID, principal.id)
    with self_scope(user_id, read_only=True):
        found = _current(_of(user_id)) if not reference else _of(user_id).filter(_is(reference)).first()
        standing = None if found is None else _standing(found)
    if standing is None:
        raise NotFound if reference else OrganizationRequired
    return placed(principal, standing)


def placed(principal: Principal, standing: Standing) -> Principal:
    """`principal` acting with `standing`."""
    own: policies.Roles = {}
    if not policies.are_built_in(standing.names):
        with organization_scope(standing.organization_id, read_only=True):
            own = own_roles(standing.names)
    return replace(
        principal,
        organization_id=standing.organization_id,
        permissions=policies.words_of(standing.names, own),
    )


def current_organization(*, user_id: UUID) -> OrganizationFacts | None:
    """The organization that the person acts in unless a request says otherwise. One query."""
    with self_scope(user_id, read_only=True):
        found = _current(_of(user_id))
        return None if found is None else facts_of(found.organization)


def memberships_of(*, user_id: UUID) -> QuerySet[Membership, Any]:
    """The open organizations of a person, as values, for a self scope: what they are there, and its facts."""
    facts = [f"organization__{name}" for name in _names(OrganizationFacts)]
    rows: QuerySet[Membership, Any] = _of(user_id).values("id", "role", "grants", "created_at", *facts)
    return rows


def members() -> QuerySet[Membership, Any]:
    """The members of the scope's organization, as values, with what its other members see of a person."""
    return Membership.objects.values(
        "id",
        "user_id",
        "role",
        "grants",
        "created_at",
        "organization__owner_id",
        "user__email",
        "user__first_name",
        "user__last_name",
        "user__avatar_url",
    )


def invitations() -> QuerySet[Invitation, Any]:
    """The invitations of the scope's organization, as values."""
    rows: QuerySet[Invitation, Any] = Invitation.objects.values(*_names(InvitationFacts))
    return rows


def my_invitations(*, now: datetime) -> QuerySet[Invitation, Any]:
    """The invitations of the scope's person that can be answered, as values."""
    rows = Invitation.pending().filter(expires_at__gt=now, organization__closed_at=None)
    return rows.values("id", "role", "expires_at", "created_at", "organization_id", "organization__name")


def roles() -> QuerySet[Role, Any]:
    """The roles that the scope's organization made for itself, as values."""
    rows: QuerySet[Role, Any] = Role.objects.values(*_names(RoleFacts))
    return rows


def permissions_of(*, organization_id: UUID, user_id: UUID) -> list[Explanation]:
    """For every permission there is, whether the member has it and why. Raises NotFound for who is no member."""
    with organization_scope(organization_id, read_only=True):
        standing = standing_of(user_id)
        own = own_roles()
    given = {name: policies.words_of([name], own) for name in standing.names}
    return [
        Explanation(
            permission=each.word,
            label=str(each.label),
            allowed=bool(because_of := [name for name, words in given.items() if each.word in words]),
            because_of=because_of,
            given_by=sorted(each.roles | {name for name, words in own.items() if each.word in words}),
        )
        for each in permissions.declared()
    ]


def standing_of(user_id: UUID) -> Standing:
    """What a person is in the scope's organization. Raises NotFound."""
    found = _of(user_id).first()
    if found is None:
        raise NotFound
    return _standing(found)


def own_roles(names: Iterable[str] | None = None) -> policies.Roles:
    """The words of the roles that the scope's organization made for itself: of all, or of those among `names`."""
    rows = Role.objects.all() if names is None else Role.objects.filter(name__in=list(names))
    return {name: frozenset(words) for name, words in rows.values_list("name", "permissions")}


def census(*, now: datetime) -> Census:
    """The numbers. Four queries."""
    with system_scope(reason="numbers of the whole deployment, for its operators", read_only=True):
        return Census(
            **Organization.objects.open().aggregate(
                organizations=Count("pk"), personal=Count("pk", filter=Q(is_personal=True))
            ),
            members=Membership.objects.count(),
            invitations=Invitation.pending().filter(expires_at__gt=now).count(),
            has_default=Organization.objects.open().filter(slug=settings.DEFAULT_ORGANIZATION).exists(),
        )


def _names(facts: type[Facts]) -> list[str]:
    return [field.name for field in fields(facts)]


def _facts(facts: type[Facts], row: Model) -> Facts:
    return facts(**{name: getattr(row, name) for name in _names(facts)})


def _of(user_id: UUID) -> QuerySet[Membership]:
    """The person's memberships of open organizations, in the scope."""
    return Membership.objects.filter(user=user_id, organization__closed_at=None).select_related("organization")


def _current(memberships: QuerySet[Membership]) -> Membership | None:
    """The one selected last, else the only one."""
    found = list(memberships.order_by(F("selected_at").desc(nulls_last=True), "-id")[:2])
    return found[0] if len(found) == 1 or (found and found[0].selected_at) else None


def _is(reference: str) -> Q:
    try:
        return Q(organization=UUID(reference))
    except ValueError:
        return Q(organization__slug=reference)


def _standing(membership: Membership) -> Standing:
    return Standing(
        organization_id=membership.organization.id,
        role=membership.role,
        grants=tuple(membership.grants),
        is_owner=membership.organization.owner_id == membership.user_id,
    )
