"""What a person is in an organization, and in which one they act: every request of a member asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenon.kernel.errors import NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.statements import Statement
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.platform.organizations import policies
from tenon.platform.organizations.errors import OrganizationRequired
from tenon.platform.organizations.models import Membership, Organization, Role
from tenon.platform.organizations.selectors.facts import OrganizationFacts, columns


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


def acting(principal: Principal, reference: str = "") -> Principal:
    """`principal` with the organization that it acts in and what it may do there; `kernel/http/acting` asks this.

    `reference` is an id or a slug; without one it is the person's current organization, or their only one.
    Raises NotFound where the person is no member of it, OrganizationRequired where nothing says which.
    """
    user_id = cast(UUID, principal.id)
    with self_scope(user_id, read_only=True):
        standing = _standing_at(user_id, reference) if reference else _current_standing(user_id)
    if standing is None:
        raise NotFound if reference else OrganizationRequired
    return placed(principal, standing)


def standing_at(user_id: UUID, reference: str) -> Standing | None:
    """What a person is in the organization of an id or a slug; None where they are no member. One query."""
    with self_scope(user_id, read_only=True):
        return _standing_at(user_id, reference)


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
        found = _chosen(_CURRENT_FACTS.rows(user_id=user_id))
        return None if found is None else OrganizationFacts(*found)


def memberships_of(*, user_id: UUID) -> QuerySet[Membership, Any]:
    """The open organizations of a person, as values, for a self scope: what they are there, and its facts."""
    facts = [f"organization__{name}" for name in columns(OrganizationFacts)]
    rows: QuerySet[Membership, Any] = _of(user_id).values("id", "role", "grants", "created_at", *facts)
    return rows


def standing_of(user_id: UUID) -> Standing:
    """What a person is in the scope's organization. Raises NotFound."""
    found = _of(user_id).select_related("organization").first()
    if found is None:
        raise NotFound
    return _standing(found)


def own_roles(names: Iterable[str] | None = None) -> policies.Roles:
    """The words of the roles that the scope's organization made for itself: of all, or of those among `names`."""
    rows = Role.objects.all() if names is None else Role.objects.filter(name__in=list(names))
    return {name: frozenset(words) for name, words in rows.values_list("name", "permissions")}


def owned_with_others(*, user_id: UUID) -> list[dict[str, Any]]:
    """The open organizations of a person that somebody else would miss: id and name, in a scope of its own."""
    with system_scope(reason="whether anybody would lose their owner, in any organization", read_only=True):
        owned = Organization.objects.open().filter(owner=user_id).order_by("created_at")
        others = Membership.objects.filter(organization=OuterRef("pk")).exclude(user=user_id)
        missed = owned.filter(Exists(others) | Q(slug=settings.DEFAULT_ORGANIZATION))
        return [{"id": str(each.pk), "name": each.name} for each in missed]


def _of(user_id: UUID) -> QuerySet[Membership]:
    """The person's memberships of open organizations, in the scope."""
    return Membership.objects.filter(user=user_id, organization__closed_at=None)


def _by_choice(user_id: UUID) -> QuerySet[Membership]:
    """The same, the one selected last first; two are enough to know whether it is the only one."""
    return _of(user_id).order_by(F("selected_at").desc(nulls_last=True), "-id")


def _chosen(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """Of rows by choice, which begin with `selected_at`: the rest of the one selected last, or of the only one."""
    return rows[0][1:] if rows and (len(rows) == 1 or rows[0][0]) else None


# Every request of a member asks the first three, and every start of an app the last.
_STANDING = ("organization_id", "role", "grants", "organization__owner_id")


_CURRENT = Statement(lambda user_id: _by_choice(user_id).values_list("selected_at", *_STANDING)[:2], user_id=UUID)


_BY_ID = Statement(
    lambda user_id, organization: _of(user_id).filter(organization=organization).values_list(*_STANDING),
    user_id=UUID,
    organization=UUID,
)


_BY_SLUG = Statement(
    lambda user_id, slug: _of(user_id).filter(organization__slug=slug).values_list(*_STANDING), user_id=UUID, slug=str
)


_CURRENT_FACTS = Statement(
    lambda user_id: _by_choice(user_id).values_list(
        "selected_at", *(f"organization__{name}" for name in columns(OrganizationFacts))
    )[:2],
    user_id=UUID,
)


def _current_standing(user_id: UUID) -> Standing | None:
    found = _chosen(_CURRENT.rows(user_id=user_id))
    return None if found is None else _standing_in(user_id, *found)


def _standing_at(user_id: UUID, reference: str) -> Standing | None:
    try:
        found = _BY_ID.first(user_id=user_id, organization=UUID(reference))
    except ValueError:
        found = _BY_SLUG.first(user_id=user_id, slug=reference)
    return None if found is None else _standing_in(user_id, *found)


def _standing_in(user_id: UUID, organization_id: UUID, role: str, grants: list[str], owner_id: UUID) -> Standing:
    return Standing(organization_id, role, tuple(grants), is_owner=owner_id == user_id)


def _standing(membership: Membership) -> Standing:
    return Standing(
        organization_id=membership.organization.id,
        role=membership.role,
        grants=tuple(membership.grants),
        is_owner=membership.organization.owner_id == membership.user_id,
    )
