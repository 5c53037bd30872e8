"""In which organization a member's request acts. The kernel knows no members: it asks whoever has registered."""

from collections.abc import Callable

from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.principal import Principal

HEADER = "X-Organization-ID"

Resolver = Callable[[Principal, str], Principal]
"""The principal with its organization and permissions, by an id or a slug, or by nothing: then by its own choice."""

_resolvers: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Ask `resolver` from now on. Called once, when the apps are ready."""
    _resolvers[:] = [resolver]


def resolve(principal: Principal, reference: str) -> Principal:
    """`principal` acting in an organization. A key belongs to one already, and acts in no other.

    Raises NotFound for an organization that the principal does not belong to, whether or not it exists, and what the
    resolver raises; Forbidden where none is registered.
    """
    if principal.organization_id is not None:
        if reference not in {"", str(principal.organization_id)}:
            raise NotFound
        return principal
    if not _resolvers:
        raise Forbidden
    return _resolvers[0](principal, reference)
