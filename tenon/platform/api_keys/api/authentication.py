"""Programs by `Authorization: Bearer tn_…` or `X-API-Key: tn_…`."""

from typing import ClassVar

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from tenon.kernel import clock
from tenon.kernel.errors import TenonError
from tenon.kernel.http.addresses import client_address
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.api_keys import services
from tenon.platform.api_keys.errors import AmbiguousCredentials, InvalidApiKey
from tenon.platform.api_keys.services import Caller

_PREFIX = b"tn_"


class ApiKeyAuthentication(BaseAuthentication):
    """Puts a Caller into `request.user` and a Principal into `request.auth`, with one query.

    The prefix decides: whatever else stands in Authorization is left to other classes. It is never staff, and acts in
    the key's own organization alone.
    """

    program_schemes: ClassVar[tuple[str, ...]] = ("apiKey", "apiKeyBearer")
    raises: ClassVar[tuple[type[TenonError], ...]] = (InvalidApiKey, AmbiguousCredentials)

    def authenticate(self, request: Request) -> tuple[Caller, Principal] | None:
        """The caller; None when no key is shown. Raises InvalidApiKey, AmbiguousCredentials."""
        shown = _shown(request)
        if shown is None:
            return None
        try:
            text = shown.decode("ascii")
        except UnicodeDecodeError:
            raise InvalidApiKey from None
        caller = services.authenticate(text=text, ip=client_address(request), now=clock.now())
        return caller, Principal(
            PrincipalKind.API_KEY, caller.id, organization_id=caller.organization_id, permissions=caller.scopes
        )

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 9110, 11.6.1), which is the one of people's tokens."""
        return 'Bearer realm="api"'


def _shown(request: Request) -> bytes | None:
    """The key in either header. Raises AmbiguousCredentials when the other one holds something else."""
    authorization = get_authorization_header(request)
    scheme, _blank, rest = authorization.partition(b" ")
    rest = rest.strip()
    bearer = rest if scheme.lower() == b"bearer" and rest.startswith(_PREFIX) else None
    header = request.META.get("HTTP_X_API_KEY")
    if header is None:
        return bearer
    key: bytes = header.strip().encode("latin-1")
    if authorization and bearer != key:
        raise AmbiguousCredentials
    return key
