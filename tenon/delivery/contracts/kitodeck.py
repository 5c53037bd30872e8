"""The paths of KitoDeck, each at the root and below /api/: sign-up, sign-in, refresh, sign-out, a person's details."""

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.contracts.sign_in import (
    TOKENS,
    CredentialsSerializer,
    OlderEntrance,
    OlderMessageSerializer,
    OlderRefreshView,
    OlderTokensSerializer,
    sign_in,
)
from tenon.kernel import clock
from tenon.kernel.errors import Unauthenticated
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity import services
from tenon.platform.identity.api.authentication import LenientBearerAuthentication
from tenon.platform.identity.errors import EmailNotVerified, EmailTaken, InvalidCredentials, InvalidToken, WeakPassword

TAG = "KitoDeck"
USER = {"id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77", "email": "user@example.com", "username": "example_user"}
CREDENTIALS = {"email": "user@example.com", "password": "SecurePass123"}


class KitoDeckUserSerializer(serializers.Serializer[Any]):
    """A person."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()


class KitoDeckDetailsSerializer(KitoDeckUserSerializer):
    """A person, with all that they may see of themselves."""

    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()
    avatar_url = serializers.CharField()
    phone_number = serializers.CharField()
    is_staff = serializers.BooleanField()
    is_verified = serializers.BooleanField()
    timezone = serializers.CharField()
    locale = serializers.CharField()
    date_joined = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)


DETAILS = tuple(KitoDeckDetailsSerializer().fields)


class KitoDeckSignedInSerializer(OlderTokensSerializer):
    """The tokens of a new session, and whose it is."""

    user = KitoDeckUserSerializer()


class KitoDeckSignedUpSerializer(OlderMessageSerializer):
    """The account just made."""

    user = KitoDeckUserSerializer()


class KitoDeckSignUpSerializer(CredentialsSerializer):
    """A new account; no document says that it must be named."""

    username = serializers.CharField(max_length=100, required=False, allow_blank=True)


class KitoDeckSignOutSerializer(serializers.Serializer[Any]):
    """The session that ends, where no access token says so."""

    refresh = serializers.CharField(max_length=2048, required=False)


class LoginView(OlderEntrance):
    """Sign in.

    As `POST /api/v1/auth/login/`.
    """

    tag = TAG
    raises = (InvalidCredentials, EmailNotVerified)

    @extend_schema(
        request=CredentialsSerializer,
        responses={200: KitoDeckSignedInSerializer},
        examples=shown(requests={"Credentials": CREDENTIALS}, answers={200: {**TOKENS, "user": USER}}),
    )
    def post(self, request: Request) -> Response:
        return Response(KitoDeckSignedInSerializer(sign_in(self)).data)


class SignupView(OlderEntrance):
    """Make an account.

    As `POST /api/v1/auth/register/`: a message with a verification link goes to the address.
    """

    throttles = ("register",)
    tag = TAG
    raises = (EmailTaken, WeakPassword)

    @extend_schema(
        request=KitoDeckSignUpSerializer,
        responses={201: KitoDeckSignedUpSerializer},
        examples=shown(
            requests={"A person": {"username": "example_user", **CREDENTIALS}},
            answers={201: {"message": "User created successfully", "user": USER}},
        ),
    )
    def post(self, request: Request) -> Response:
        user = services.register(**self.parse(KitoDeckSignUpSerializer), now=clock.now())
        body = {"message": "User created successfully", "user": user}
        return Response(KitoDeckSignedUpSerializer(body).data, status=status.HTTP_201_CREATED)


class LogoutView(Endpoint):
    """Sign out.

    Ends the session of the access token; without a good one, the session of `refresh`.
    """

    audience = Audience.PUBLIC
    authentication_classes = (LenientBearerAuthentication,)
    older = True
    tag = TAG
    raises = (InvalidToken,)

    @extend_schema(
        request=KitoDeckSignOutSerializer,
        responses={200: OlderMessageSerializer},
        examples=shown(
            requests={"A refresh token": {"refresh": TOKENS["refresh"]}},
            answers={200: {"message": "Logged out successfully"}},
        ),
    )
    def post(self, request: Request) -> Response:
        asked = self.parse(KitoDeckSignOutSerializer)
        if self.principal.session_id is not None:
            services.sign_out(session_id=self.principal.session_id, now=clock.now())
        elif "refresh" in asked:
            services.sign_out_by_token(token=asked["refresh"], now=clock.now())
        else:
            raise Unauthenticated
        return Response({"message": "Logged out successfully"})


class RefreshView(OlderRefreshView):
    tag = TAG


class DetailsView(Endpoint):
    """Your own details.

    Who is signed in with this access token.
    """

    audience = Audience.SELF
    older = True
    tag = TAG

    @extend_schema(
        responses={200: KitoDeckDetailsSerializer},
        examples=shown(
            answers={
                200: {
                    **USER,
                    "first_name": "Ada",
                    "last_name": "Lovelace",
                    "full_name": "Ada Lovelace",
                    "avatar_url": "",
                    "phone_number": "",
                    "is_staff": False,
                    "is_verified": True,
                    "timezone": "UTC",
                    "locale": "",
                    "date_joined": "2026-11-20T09:30:00.000Z",
                    "last_login": "2026-11-20T10:15:00.000Z",
                }
            }
        ),
    )
    def get(self, request: Request) -> Response:
        # Plain values in the order of the description: walking the serializer's fields would cost more than the query.
        return Response({name: getattr(request.user, name) for name in DETAILS})


_ROUTES: dict[str, type[Endpoint]] = {
    "auth/login/": LoginView,
    "auth/signup/": SignupView,
    "auth/logout/": LogoutView,
    "token/refresh/": RefreshView,
    "user/details/": DetailsView,
}
urlpatterns: list[URLPattern] = [
    path(f"{prefix}{route}", view.as_view()) for prefix in ("", "api/") for route, view in _ROUTES.items()
]
