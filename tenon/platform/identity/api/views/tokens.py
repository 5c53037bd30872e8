"""Tokens: renewed, examined, and the keys that verify them elsewhere."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.examples import shown
from tenon.platform.identity import services
from tenon.platform.identity.api import examples
from tenon.platform.identity.api.serializers import (
    EmptySerializer,
    KeySetSerializer,
    RefreshSerializer,
    TokenPairSerializer,
    VerifySerializer,
)
from tenon.platform.identity.api.views.doors import Entrance
from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import InvalidToken


class RefreshView(Entrance):
    """Exchange a refresh token for the next pair.

    Each refresh token is good for one exchange. Whoever comes with it again within ten seconds, as another tab does,
    gets the same successor; an older one is taken for stolen and ends the session.
    """

    throttles = ("refresh",)
    raises = (InvalidToken,)

    @extend_schema(
        request=RefreshSerializer,
        responses={200: TokenPairSerializer},
        examples=shown(
            requests={"The latest refresh token": {"refresh": examples.REFRESH}}, answers={200: examples.TOKENS}
        ),
    )
    def post(self, request: Request) -> Response:
        tokens = services.refresh(token=self.parse(RefreshSerializer)["refresh"], now=clock.now())
        return Response(TokenPairSerializer(tokens).data)


class VerifyView(Entrance):
    """Ask whether a token would be accepted.

    Takes an access or a refresh token and answers an empty object; nothing changes. A token whose session has ended is
    refused, although its signature is right.
    """

    throttles = ("verify",)
    raises = (InvalidToken,)

    @extend_schema(
        request=VerifySerializer,
        responses={200: EmptySerializer},
        examples=shown(requests={"A token": {"token": examples.ACCESS}}, answers={200: {}}),
    )
    def post(self, request: Request) -> Response:
        services.verify_token(**self.parse(VerifySerializer), now=clock.now())
        return Response({})


class KeysView(Entrance):
    """The public keys that verify access tokens.

    A JWK Set (RFC 7517) with the current key, the one before and the one after, so that a service which keeps it for an
    hour never meets a key that it does not know.
    """

    cache_control = "public, max-age=3600"

    @extend_schema(
        responses={200: KeySetSerializer},
        examples=shown(answers={200: {"keys": [examples.KEY]}}),
    )
    def get(self, request: Request) -> Response:
        return Response(access_tokens.jwks())
