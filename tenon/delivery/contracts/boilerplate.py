"""The JWT paths of the Boilerplate backend: obtain, refresh, verify."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.contracts.sign_in import (
    TOKENS,
    CredentialsSerializer,
    OlderEntrance,
    OlderRefreshView,
    OlderTokensSerializer,
    sign_in,
)
from tenon.kernel import clock
from tenon.kernel.http.examples import shown
from tenon.platform.identity import services
from tenon.platform.identity.errors import EmailNotVerified, InvalidCredentials, InvalidToken

TAG = "Boilerplate"


class BoilerplateVerifySerializer(serializers.Serializer[Any]):
    """An access or a refresh token."""

    token = serializers.CharField(max_length=2048)


class BoilerplateVerifiedSerializer(serializers.Serializer[Any]):
    """An empty object: the token would be accepted."""


class TokenView(OlderEntrance):
    """Obtain tokens.

    As `POST /api/v1/auth/login/`.
    """

    tag = TAG
    raises = (InvalidCredentials, EmailNotVerified)

    @extend_schema(
        request=CredentialsSerializer,
        responses={200: OlderTokensSerializer},
        examples=shown(
            requests={"Credentials": {"email": "admin@example.com", "password": "correct-horse-battery-7"}},
            answers={200: TOKENS},
        ),
    )
    def post(self, request: Request) -> Response:
        return Response(OlderTokensSerializer(sign_in(self)).data)


class RefreshView(OlderRefreshView):
    tag = TAG


class VerifyView(OlderEntrance):
    """Verify a token.

    As `POST /api/v1/auth/verify/`.
    """

    throttles = ("verify",)
    tag = TAG
    raises = (InvalidToken,)

    @extend_schema(
        request=BoilerplateVerifySerializer,
        responses={200: BoilerplateVerifiedSerializer},
        examples=shown(requests={"A token": {"token": TOKENS["access"]}}, answers={200: {}}),
    )
    def post(self, request: Request) -> Response:
        services.verify_token(**self.parse(BoilerplateVerifySerializer), now=clock.now())
        return Response({})


urlpatterns = [
    path("api/auth/jwt/token/", TokenView.as_view()),
    path("api/auth/jwt/refresh/", RefreshView.as_view()),
    path("api/auth/jwt/verify/", VerifyView.as_view()),
]
