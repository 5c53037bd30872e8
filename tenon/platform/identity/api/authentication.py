"""Signed-in people by `Authorization: Bearer <access token>` (RFC 6750)."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from tenon.kernel import clock
from tenon.kernel.errors import TenonError
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.identity.api import portal
from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import CsrfFailed, InvalidToken
from tenon.platform.identity.models import User
from tenon.platform.identity.selectors import UserFacts, facts_of, signed_in_user


class BearerAuthentication(BaseAuthentication):
    """Puts UserFacts into `request.user` and a Principal into `request.auth`, with one query.

    The query finds the session and the account as they are now, so that signing out, disabling and changing a
    password act on the next request. A header of another scheme is left to other classes.
    """

    raises: ClassVar[tuple[type[TenonError], ...]] = (InvalidToken,)

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


class PortalAuthentication(BaseAuthentication):
    """Staff by the portal's cookie, with Django's CSRF token on what changes something; a bearer token goes before."""

    security_scheme = "portalSession"
    raises: ClassVar[tuple[type[TenonError], ...]] = (CsrfFailed,)

    def authenticate(self, request: Request) -> tuple[UserFacts, Principal] | None:
        """The member of staff; None without a live session. Raises CsrfFailed."""
        if get_authorization_header(request) or not hasattr(request._request, "session"):
            return None
        visitor = portal.visitor(request._request)
        if not isinstance(visitor, User):
            return None
        _require_csrf_token(request._request)
        session_id = portal.session_of(request._request)
        return facts_of(visitor), Principal(PrincipalKind.STAFF, visitor.pk, session_id=session_id)


class LenientBearerAuthentication(BearerAuthentication):
    """For signing out only: an access token that has expired does not stand in the way of the refresh token."""

    raises = ()

    def authenticate(self, request: Request) -> tuple[UserFacts, Principal] | None:
        """The caller; None also when the token is not good."""
        try:
            return super().authenticate(request)
        except InvalidToken:
            return None


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _require_csrf_token(request: HttpRequest) -> None:
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda _request: HttpResponse(), (), {}):
        raise CsrfFailed


def _token(rest: list[bytes]) -> str:
    if len(rest) != 1:
        raise InvalidToken
    try:
        return rest[0].decode("ascii")
    except UnicodeDecodeError:
        raise InvalidToken from None
