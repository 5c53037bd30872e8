"""In which organization a request acts, a member's or a shopper's. The kernel knows neither: it asks who registered."""

from collections.abc import Callable
from uuid import UUID

from tenon.kernel.errors import Forbidden, NotFound, TenonError
from tenon.kernel.principal import Principal

HEADER = "X-Organization-ID"

Resolver = Callable[[Principal, str], Principal]
"""The principal with its organization and permissions, by an id or a slug, or by nothing: then by its own choice."""

Visiting = Callable[[Principal, str, str], Principal]
"""The principal in the shop of an id or a slug, or else of a host name, member of its organization or not."""

Naming = Callable[[UUID, str], bool]
"""Whether the organization of this id has this slug."""

_resolvers: list[Resolver] = []
_namings: list[Naming] = []
_visitings: list[Visiting] = []
_refusals: list[type[TenonError]] = []


def register(
    resolver: Resolver,
    naming: Naming | None = None,
    visiting: Visiting | None = None,
    *,
    raises: tuple[type[TenonError], ...] = (),
) -> None:
    """Ask `resolver`, `naming` and `visiting` from now on. Called once, when the apps are ready.

    `raises` are the errors of its own that `resolver` refuses with where no organization is named.
    """
    _resolvers[:] = [resolver]
    _namings[:] = [naming] if naming else []
    _visitings[:] = [visiting] if visiting else []
    _refusals[:] = raises


def refusals() -> tuple[type[TenonError], ...]:
    """What a member may be refused with who names no organization."""
    return tuple(_refusals)


def resolve(principal: Principal, reference: str) -> Principal:
    """`principal` acting in an organization. A key belongs to one already, and acts in no other.

    Raises NotFound for an organization that the principal does not belong to, whether or not it exists, and what the
    resolver raises; Forbidden where none is registered.
    """
    if principal.organization_id is not None:
        if reference and not _means(reference, principal.organization_id):
            raise NotFound
        return principal
    if not _resolvers:
        raise Forbidden
    return _resolvers[0](principal, reference)


def visit(principal: Principal, reference: str, host: str) -> Principal:
    """`principal` as a shopper, with the permissions that they have there if they are a member.

    Raises NotFound where there is no such shop, and for another organization than a key's own; Forbidden where nobody
    knows shops.
    """
    if principal.organization_id is not None:
        return resolve(principal, reference)
    if not _visitings:
        raise Forbidden
    return _visitings[0](principal, reference, host)


def _means(reference: str, organization_id: UUID) -> bool:
    try:
        return UUID(reference) == organization_id
    except ValueError:
        return any(naming(organization_id, reference) for naming in _namings)
