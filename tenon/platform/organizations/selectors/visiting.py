"""Whose shop somebody is in, member or not: what shoppers ask of needs no membership."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings

from tenon.kernel.errors import NotFound
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.statements import Statement
from tenon.platform.organizations.models import Organization
from tenon.platform.organizations.selectors.standing import placed, standing_at

_PEOPLE = frozenset({PrincipalKind.USER, PrincipalKind.STAFF})
_BY_ID = Statement(
    lambda organization: Organization.objects.open().filter(pk=organization).values_list("id"), organization=UUID
)
_BY_SLUG = Statement(lambda slug: Organization.objects.open().filter(slug=slug).values_list("id"), slug=str)


def visiting(principal: Principal, reference: str, host: str) -> Principal:
    """`principal` in a shop: of `reference`, an id or a slug, else of `host`, else of DEFAULT_ORGANIZATION.

    Members have their permissions there; others have none. Raises NotFound where there is no such organization.
    One query for guests and members, two for others, and one more for roles of the organization's own.
    """
    wanted = reference or _slug_of(host)
    if principal.kind in _PEOPLE and principal.id is not None:
        standing = standing_at(principal.id, wanted)
        if standing is not None:
            return placed(principal, standing)
    return replace(principal, organization_id=_open(wanted))


def _slug_of(host: str) -> str:
    name = host.partition(":")[0].lower().rstrip(".")
    mapped: str | None = settings.STOREFRONT_HOSTS.get(name)
    if mapped is not None:
        return mapped
    slug, _dot, domain = name.partition(".")
    return slug if domain and domain == settings.STOREFRONT_DOMAIN else str(settings.DEFAULT_ORGANIZATION)


def _open(reference: str) -> UUID:
    try:
        found = _BY_ID.first(organization=UUID(reference))
    except ValueError:
        found = _BY_SLUG.first(slug=reference)
    if found is None:
        raise NotFound
    identifier: UUID = found[0]
    return identifier
