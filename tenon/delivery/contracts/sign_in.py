"""What the older ways of signing in have in common: they differ only in what they answer."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity import services
from tenon.platform.identity.api.devices import device_of
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.services import SignedIn

TOKENS = {"access": "eyJhbGciOi...", "refresh": "tnr_AZOcZ0m..."}


class CredentialsSerializer(serializers.Serializer[Any]):
    """Who signs in. Blanks at the ends of a password belong to it."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)


class SignUpSerializer(CredentialsSerializer):
    """A new account."""

    username = serializers.CharField(max_length=100)


class RefreshSerializer(serializers.Serializer[Any]):
    """The latest refresh token of a session."""

    refresh = serializers.CharField(max_length=2048)


class OlderTokensSerializer(serializers.Serializer[Any]):
    """An access token, and the refresh token that renews it once."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class OlderMessageSerializer(serializers.Serializer[Any]):
    """One sentence."""

    message = serializers.CharField()


class OlderEntrance(Endpoint):
    """A route that heeds no access token: a stale one, sent along by habit, must not keep its holder out."""

    audience = Audience.PUBLIC
    authentication_classes = ()
    older = True


class OlderRefreshView(OlderEntrance):
    """Exchange a refresh token for the next pair.

    As `POST /api/v1/auth/refresh/`.
    """

    throttles = ("refresh",)
    raises = (InvalidToken,)

    @extend_schema(
        request=RefreshSerializer,
        responses={200: OlderTokensSerializer},
        examples=shown(requests={"The latest refresh token": {"refresh": TOKENS["refresh"]}}, answers={200: TOKENS}),
    )
    def post(self, request: Request) -> Response:
        tokens = services.refresh(token=self.parse(RefreshSerializer)["refresh"], now=clock.now())
        return Response(OlderTokensSerializer(tokens).data)


def sign_in(view: Endpoint) -> SignedIn:
    """Start a session for whoever the body of the request names. Raises Invalid and what `services.sign_in` raises."""
    return services.sign_in(**view.parse(CredentialsSerializer), device=device_of(view.request), now=clock.now())
