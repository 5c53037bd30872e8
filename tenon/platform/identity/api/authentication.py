"""Signed-in people by `Authorization: Bearer <access token>` (RFC 6750)."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from tenon.kernel import clock
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.selectors import UserFacts, signed_in_user


class BearerAuthentication(BaseAuthentication):
    """Puts UserFacts into `request.user` and a Principal into `request.auth`, with one query.

    The query finds the session and the account as they are now, so that signing out, disabling and changing a
    password act on the next request. A header of another scheme is left to other classes.
    """

    def authenticate(self, request: Request) -> tuple[UserFacts, Principal] | None:
        """The caller; None when the header is missing or of another scheme. Raises InvalidToken."""
        scheme, *rest = get_authorization_header(request).split() or [b""]
        if scheme.lower() != b"bearer":
            return None
        now = clock.now()
        claims = access_tokens.verify(_token(rest), now=now)
        user = signed_in_user(session_id=claims.session_id, user_id=claims.user_id, now=now)
        if user is None:
            raise InvalidToken
        kind = PrincipalKind.STAFF if user.is_staff else PrincipalKind.USER
        return user, Principal(kind=kind, id=user.id, session_id=claims.session_id)

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 9110, 11.6.1)."""
        return 'Bearer realm="api"'


class LenientBearerAuthentication(BearerAuthentication):
    """For signing out only: an access token that has expired does not stand in the way of the refresh token."""

    def authenticate(self, request: Request) -> tuple[UserFacts, Principal] | None:
        """The caller; None also when the token is not good."""
        try:
            return super().authenticate(request)
        except InvalidToken:
            return None


def _token(rest: list[bytes]) -> str:
    if len(rest) != 1:
        raise InvalidToken
    try:
        return rest[0].decode("ascii")
    except UnicodeDecodeError:
        raise InvalidToken from None
