"""Reading API keys. Values leave; querysets are for a list's own scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tenon.kernel import permissions
from tenon.kernel.errors import NotFound
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.api_keys import policies
from tenon.platform.api_keys.engines import secrets
from tenon.platform.api_keys.models import ApiKey
from tenon.platform.api_keys.models.credentials import is_live, state
from tenon.platform.organizations import policies as roles
from tenon.platform.organizations import selectors as organizations

_CREDENTIAL = (
    "public_id",
    "scopes",
    "expires_at",
    "rotated_at",
    "previous_expires_at",
    "revoked_at",
    "last_used_at",
    "last_used_ip",
)
_ROW = ("id", "name", "state", "created_by_id", "created_at", "updated_at", "version", *_CREDENTIAL)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A key, as its organization sees it. The prefix names it in logs and lists; its secret is nowhere."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    state: str
    created_by_id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    expires_at: datetime | None
    rotated_at: datetime | None
    previous_expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_ip: str | None


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What a key is told of itself."""

    key: KeyFacts
    organization_id: UUID
    organization_name: str
    organization_slug: str


def keys(*, now: datetime) -> QuerySet[ApiKey, Any]:
    """The keys of the scope's organization, as values that `facts_of_row` reads."""
    rows: QuerySet[ApiKey, Any] = ApiKey.objects.annotate(
        state=state(now, of="credential__"), **{name: F(f"credential__{name}") for name in _CREDENTIAL}
    ).values(*_ROW)
    return rows


def facts_of_row(row: dict[str, Any]) -> KeyFacts:
    """The facts in one of the values of `keys`."""
    known = {name: value for name, value in row.items() if name != "public_id" and not name.startswith("organization")}
    return KeyFacts(prefix=secrets.prefix(row["public_id"]), **known)


def key_facts(*, key_id: UUID, now: datetime) -> KeyFacts:
    """One key of the scope's organization. Raises NotFound."""
    row = keys(now=now).filter(pk=key_id).first()
    if row is None:
        raise NotFound
    return facts_of_row(row)


def own_facts(*, organization_id: UUID, key_id: UUID, now: datetime) -> OwnFacts:
    """The key that asks, and whose it is. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        row = keys(now=now).values(*_ROW, "organization__name", "organization__slug").filter(pk=key_id).first()
    if row is None:
        raise NotFound
    return OwnFacts(facts_of_row(row), organization_id, row["organization__name"], row["organization__slug"])


def scopes() -> list[permissions.Permission]:
    """Every scope that there is, by word."""
    return [permission for permission in permissions.declared() if not permission.people_only]


def live_keys_made_by(user_id: UUID, *, now: datetime) -> list[str]:
    """The prefixes of the working keys of the scope's organization that the person has made, and may have copied."""
    made = ApiKey.objects.filter(is_live(now, of="credential__"), created_by=user_id, organization__closed_at=None)
    found = made.order_by("created_at", "id").values_list("credential__public_id", flat=True)
    return [secrets.prefix(public_id) for public_id in found]


def organizations_of_maker(user_id: UUID) -> list[UUID]:
    """The organizations for which the person has ever made a key."""
    with system_scope(reason="somebody who made keys for any organization can no longer sign in", read_only=True):
        made = ApiKey.objects.filter(created_by=user_id).order_by()
        return list(made.values_list("organization_id", flat=True).distinct())


def held_of(user_id: UUID) -> list[dict[str, Any]]:
    """The keys that the person has made in any organization, for a scope that sees them all."""
    made = ApiKey.objects.filter(created_by=user_id).order_by("id")
    rows = made.values_list("organization__name", "name", "credential__public_id", "created_at")
    return [
        {"organization": organization, "name": name, "prefix": secrets.prefix(public_id), "created_at": created_at}
        for organization, name, public_id, created_at in rows
    ]


def managers() -> list[str]:
    """The addresses of those who may manage the keys of the scope's organization, and can be written to."""
    own = organizations.own_roles()
    named = permissions.find(policies.MANAGE).roles | {name for name, words in own.items() if policies.MANAGE in words}
    likely = Q(role__in=named) | Q(user=F("organization__owner")) | ~Q(grants=[])
    members = organizations.members().filter(likely, user__is_active=True, user__is_verified=True).order_by("id")
    rows = members.values_list("user__email", "role", "grants", "is_owner")
    return [email for email, *standing in rows if policies.MANAGE in _words(own, *standing)]


def _words(own: roles.Roles, role: str, grants: list[str], is_owner: bool) -> frozenset[str]:
    return roles.words_of(roles.names_of(role, grants, is_owner=is_owner), own)
