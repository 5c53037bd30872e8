"""For whom a route is. The organization a request acts in, and the rows of the outsider test, follow from it."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from tenon.kernel.errors import Forbidden, Unauthenticated
from tenon.kernel.http.declared import answering
from tenon.kernel.principal import PROGRAMS, PrincipalKind

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Audience(StrEnum):
    """Who may call a route."""

    PUBLIC = "public"
    STOREFRONT = "storefront"
    SELF = "self"
    MEMBER = "member"
    DEVICE = "device"
    STAFF = "staff"


_KINDS: dict[Audience, frozenset[PrincipalKind]] = {
    Audience.PUBLIC: frozenset(PrincipalKind),
    Audience.STOREFRONT: frozenset(PrincipalKind),
    Audience.SELF: frozenset({PrincipalKind.USER, PrincipalKind.STAFF}),
    Audience.MEMBER: frozenset({PrincipalKind.USER, PrincipalKind.STAFF, PrincipalKind.API_KEY, PrincipalKind.SERVICE}),
    Audience.DEVICE: frozenset({PrincipalKind.DEVICE}),
    Audience.STAFF: frozenset({PrincipalKind.STAFF}),
}


def audience_of(view: object, method: str) -> Audience | None:
    """For whom `method` of a view, or of its class, is.

    A method of a storefront route that needs a permission is for members: staff write at the addresses that shoppers
    read.
    """
    audience: Audience | None = getattr(view, "audience", None)
    if audience is Audience.STOREFRONT and answering(method.upper()) in getattr(view, "permissions", ()):
        return Audience.MEMBER
    return audience


class AudiencePermission(BasePermission):
    """Deny by default: a route whose view states no audience answers nobody."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        audience = audience_of(view, str(request.method))
        if audience is None:
            raise Forbidden
        kind = view.principal.kind  # type: ignore[attr-defined]
        if kind in _KINDS[audience]:
            return True
        if kind is PrincipalKind.ANONYMOUS:
            raise Unauthenticated
        raise Forbidden(_("API keys and other programs may not do this.") if kind in PROGRAMS else None)
