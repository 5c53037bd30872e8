"""The paths of Kairos, with its own words for what goes wrong: sign-up, the emailed link, sign-in."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.contracts.sign_in import (
    TOKENS,
    CredentialsSerializer,
    OlderEntrance,
    OlderMessageSerializer,
    OlderTokensSerializer,
    SignUpSerializer,
    sign_in,
)
from tenon.kernel import clock
from tenon.kernel.errors import Invalid
from tenon.kernel.http.examples import shown
from tenon.platform.identity import services
from tenon.platform.identity.errors import EmailNotVerified, EmailTaken, InvalidCredentials, InvalidSecret

TAG = "Kairos"
SIGN_UP = {"username": "johndoe", "email": "john@example.com", "password": "secret-garden-of-123"}
TAKEN = "user with this email already exists."


class KairosSignedInSerializer(OlderTokensSerializer):
    """A new session. `auth_id` is the stable id of the person: an identifier, never a credential."""

    message = serializers.CharField()
    auth_id = serializers.UUIDField()


class KairosFaultsSerializer(serializers.Serializer[Any]):
    """What is wrong with which field."""

    username = serializers.ListField(child=serializers.CharField(), required=False)
    email = serializers.ListField(child=serializers.CharField(), required=False)
    password = serializers.ListField(child=serializers.CharField(), required=False)
    non_field_errors = serializers.ListField(child=serializers.CharField(), required=False)


class SignupView(OlderEntrance):
    """Make an account.

    A message with a verification link goes to the address.
    """

    throttles = ("register",)
    tag = TAG

    @extend_schema(
        request=SignUpSerializer,
        responses={201: OlderMessageSerializer, 400: KairosFaultsSerializer},
        examples=shown(
            requests={"A person": SIGN_UP},
            answers={201: {"message": "Signup successful. Verify email."}, 400: {"email": [TAKEN]}},
        ),
    )
    def post(self, request: Request) -> Response:
        try:
            services.register(**self.parse(SignUpSerializer), now=clock.now())
        except Invalid as refusal:
            return Response(_faults(refusal), status=status.HTTP_400_BAD_REQUEST)
        return Response({"message": "Signup successful. Verify email."}, status=status.HTTP_201_CREATED)


class VerifyView(OlderEntrance):
    """Follow the emailed link.

    The same link keeps its answer once it has been followed, since programs that scan mail open links before people do.
    """

    throttles = ("verify",)
    tag = TAG

    @extend_schema(
        parameters=[OpenApiParameter("token", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={200: OlderMessageSerializer, 400: OlderMessageSerializer},
        examples=shown(answers={200: {"message": "Email verified"}, 400: {"message": "Invalid token"}}),
    )
    def get(self, request: Request, token: str) -> Response:
        try:
            services.verify_email(token=token, now=clock.now())
        except InvalidSecret:
            return Response({"message": "Invalid token"}, status=status.HTTP_400_BAD_REQUEST)
        return Response({"message": "Email verified"})


class LoginView(OlderEntrance):
    """Sign in.

    As `POST /api/v1/auth/login/`, and answers with `auth_id`, the stable id of the person.
    """

    tag = TAG

    @extend_schema(
        request=CredentialsSerializer,
        responses={
            200: KairosSignedInSerializer,
            400: KairosFaultsSerializer,
            401: OlderMessageSerializer,
            403: OlderMessageSerializer,
        },
        examples=shown(
            requests={"Credentials": {key: SIGN_UP[key] for key in ("email", "password")}},
            answers={
                200: {
                    "message": "Login successful",
                    "auth_id": "550e8400-e29b-41d4-a716-446655440000",
                    **TOKENS,
                },
                400: {"email": ["This field is required."]},
                401: {"message": "Invalid credentials"},
                403: {"message": "Please verify your email first"},
            },
        ),
    )
    def post(self, request: Request) -> Response:
        try:
            signed_in = sign_in(self)
        except Invalid as refusal:
            return Response(_faults(refusal), status=status.HTTP_400_BAD_REQUEST)
        except InvalidCredentials:
            challenge = {"WWW-Authenticate": "Bearer"}
            return Response({"message": "Invalid credentials"}, status=status.HTTP_401_UNAUTHORIZED, headers=challenge)
        except EmailNotVerified:
            return Response({"message": "Please verify your email first"}, status=status.HTTP_403_FORBIDDEN)
        return Response(
            {
                "message": "Login successful",
                "auth_id": signed_in.user.id,
                "access": signed_in.access,
                "refresh": signed_in.refresh,
            }
        )


def _faults(refusal: Invalid) -> dict[str, list[str]]:
    """`{"field": ["sentence", …]}`, in the words that Kairos has for a taken address."""
    if isinstance(refusal, EmailTaken):
        return {"email": [TAKEN]}
    faults: dict[str, list[str]] = {}
    for fault in refusal.errors:
        faults.setdefault(fault.pointer.removeprefix("/") or "non_field_errors", []).append(str(fault.detail))
    return faults


urlpatterns = [
    path("api/signup/", SignupView.as_view()),
    path("api/verify/<str:token>/", VerifyView.as_view()),
    path("api/login/", LoginView.as_view()),
]
