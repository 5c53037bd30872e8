"""Sessions: signing in, signing out, and the list of where a person is signed in."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import Unauthenticated
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity import selectors, services
from tenon.platform.identity.api import examples
from tenon.platform.identity.api.authentication import LenientBearerAuthentication
from tenon.platform.identity.api.devices import device_of
from tenon.platform.identity.api.serializers import (
    CredentialsSerializer,
    SessionSerializer,
    SignedInSerializer,
    SignOutSerializer,
)
from tenon.platform.identity.api.views.doors import Entrance, OwnRoute
from tenon.platform.identity.errors import EmailNotVerified, InvalidCredentials, InvalidToken


class LoginView(Entrance):
    """Sign in.

    Starts a session on this device and answers with its first tokens. An unknown address, a wrong password and a
    disabled account get the same answer; after the right password, an address that has not been verified gets 403.
    """

    raises = (InvalidCredentials, EmailNotVerified)

    @extend_schema(
        request=CredentialsSerializer,
        responses={200: SignedInSerializer},
        examples=shown(
            requests={"Credentials": {"email": examples.EMAIL, "password": examples.PASSWORD}},
            answers={200: {**examples.TOKENS, "user": examples.USER}},
        ),
    )
    def post(self, request: Request) -> Response:
        credentials = self.parse(CredentialsSerializer)
        signed_in = services.sign_in(**credentials, device=device_of(request), now=clock.now())
        return Response(SignedInSerializer(signed_in).data)


class LogoutView(Endpoint):
    """Sign out.

    Ends the session of the access token, or with `all` every session of its owner. Without an access token, or with one
    that has expired, `refresh` says which session ends.
    """

    audience = Audience.PUBLIC
    authentication_classes = (LenientBearerAuthentication,)
    raises = (InvalidToken,)

    @extend_schema(
        request=SignOutSerializer,
        responses={204: None},
        examples=shown(
            requests={
                "This session": {},
                "Every session": {"all": True},
                "By refresh token": {"refresh": examples.REFRESH},
            }
        ),
    )
    def post(self, request: Request) -> Response:
        asked = self.parse(SignOutSerializer)
        caller, now = self.principal, clock.now()
        if caller.id is None or caller.session_id is None:
            if asked["all"] or "refresh" not in asked:
                raise Unauthenticated
            services.sign_out_by_token(token=asked["refresh"], now=now)
        elif asked["all"]:
            services.sign_out_everywhere(user_id=caller.id, now=now)
        else:
            services.sign_out(session_id=caller.session_id, now=now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(OwnRoute):
    """Where a person is signed in."""

    page = KeysetPage(
        sort_fields={"last_used_at": "last_used_at", "created_at": "created_at"}, default_sort="-last_used_at"
    )

    @extend_schema(
        responses={200: SessionSerializer(many=True)},
        examples=shown(answers={200: examples.SESSION}),
    )
    def get(self, request: Request) -> Response:
        """List the places where you are signed in.

        `current` marks the session that asks.
        """
        sessions = selectors.sessions_of(user_id=self.user_id, now=clock.now())
        return Response(self.page.paginate(request, sessions, represent=self._shown))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out everywhere else.

        Ends every session but the one that asks.
        """
        services.sign_out_elsewhere(user_id=self.user_id, session_id=self.session_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, session: Any) -> dict[str, Any]:
        return {
            "id": session.id,
            "device": session.user_agent,
            "ip": session.ip,
            "created_at": session.created_at,
            "last_used_at": session.last_used_at,
            "current": session.id == self.session_id,
        }


class SessionView(OwnRoute):
    """One place where a person is signed in."""

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Sign out one session.

        Its access token stops working with the next request.
        """
        services.revoke_session(user_id=self.user_id, session_id=session_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
