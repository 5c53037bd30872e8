"""The token with which a monitor inside the house may look at details."""

from django.conf import settings
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from tenon.kernel import crypto
from tenon.kernel.principal import Principal, PrincipalKind

INSPECT = "operations:inspect"
_INSPECTOR = Principal(kind=PrincipalKind.SERVICE, permissions=frozenset({INSPECT}))


class InternalTokenAuthentication(BaseAuthentication):
    """settings.INTERNAL_TOKEN as `X-Internal-Token`, or as a bearer token, which Prometheus can send.

    Any other token is left to the other classes.
    """

    security_scheme = "internalToken"

    def authenticate(self, request: Request) -> tuple[None, Principal] | None:
        expected: str = settings.INTERNAL_TOKEN
        given = request.META.get("HTTP_X_INTERNAL_TOKEN", "").encode() or _bearer(request)
        if expected and given and crypto.same(given, expected.encode()):
            return None, _INSPECTOR
        return None


def may_inspect(principal: Principal) -> bool:
    """Staff, and whoever holds the internal token."""
    return principal.kind is PrincipalKind.STAFF or INSPECT in principal.permissions


def _bearer(request: Request) -> bytes:
    scheme, _, token = get_authorization_header(request).partition(b" ")
    return token if scheme.lower() == b"bearer" else b""
