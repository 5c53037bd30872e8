"""The older paths of the Boilerplate backend: JWT and magic codes asked for and verified; its sample of long work."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
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
from tenon.delivery.tasks import SAMPLE
from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.operations import services as operations
from tenon.kernel.operations.answers import accepted
from tenon.platform.identity import services
from tenon.platform.identity.api.devices import device_of
from tenon.platform.identity.errors import EmailNotVerified, InvalidCredentials, InvalidMagicCode, InvalidToken

TAG = "Boilerplate"
USER = {
    "id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "email": "user@example.com",
    "username": "",
    "first_name": "",
    "last_name": "",
    "full_name": "",
}
CHALLENGE_ID = "01939c67-2f61-7b0c-8e55-1f4d9a6b7c80"
TRIGGERED = "The task has been started."
REQUESTED = "If this address may sign in, a code is on its way."


class BoilerplateVerifySerializer(serializers.Serializer[Any]):
    """An access or a refresh token."""

    token = serializers.CharField(max_length=2048)


class BoilerplateVerifiedSerializer(serializers.Serializer[Any]):
    """An empty object: the token would be accepted."""


class BoilerplateEmailSerializer(serializers.Serializer[Any]):
    """The address that a code goes to."""

    email = serializers.EmailField(max_length=254)


class BoilerplateChallengeSerializer(serializers.Serializer[Any]):
    """What to send back with the code. `debug_token` is the code itself, on a developer's machine that asks for it."""

    detail = serializers.CharField()
    challenge_id = serializers.UUIDField()
    debug_token = serializers.CharField(required=False)


class BoilerplateMagicCodeSerializer(serializers.Serializer[Any]):
    """Eight digits, with `challenge_id` or `email` unless the deployment takes them alone; or the token of the link."""

    token = serializers.CharField(max_length=2048)
    challenge_id = serializers.UUIDField(required=False)
    email = serializers.EmailField(max_length=254, required=False)


class BoilerplateUserSerializer(serializers.Serializer[Any]):
    """A person."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()


class BoilerplateSignedInSerializer(OlderTokensSerializer):
    """The tokens of a new session, and whose it is."""

    user = BoilerplateUserSerializer()


class BoilerplateErrorSerializer(serializers.Serializer[Any]):
    """One word for what is wrong."""

    error = serializers.CharField()


class BoilerplateTriggeredSerializer(serializers.Serializer[Any]):
    """What was started. `task_id` is the id of the operation to look at."""

    message = serializers.CharField()
    task_id = serializers.UUIDField()


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


class MagicRequestView(OlderEntrance):
    """Ask for a magic code.

    As `POST /api/v1/auth/magic/request/`.
    """

    tag = TAG

    @extend_schema(
        request=BoilerplateEmailSerializer,
        responses={202: BoilerplateChallengeSerializer},
        examples=shown(
            requests={"An address": {"email": "user@example.com"}},
            answers={202: {"detail": REQUESTED, "challenge_id": CHALLENGE_ID}},
        ),
    )
    def post(self, request: Request) -> Response:
        asked = self.parse(BoilerplateEmailSerializer)
        challenge = services.request_magic_code(**asked, device=device_of(request), now=clock.now())
        body: dict[str, object] = {"detail": REQUESTED, "challenge_id": challenge.challenge_id}
        if challenge.debug_token is not None:
            body["debug_token"] = challenge.debug_token
        return Response(body, status=status.HTTP_202_ACCEPTED)


class MagicVerifyView(OlderEntrance):
    """Sign in with a magic code.

    As `POST /api/v1/auth/magic/verify/`.
    """

    tag = TAG

    @extend_schema(
        request=BoilerplateMagicCodeSerializer,
        responses={200: BoilerplateSignedInSerializer, 400: BoilerplateErrorSerializer},
        examples=shown(
            requests={
                "The code": {"token": "12345678"},
                "The code and its challenge": {"token": "12345678", "challenge_id": CHALLENGE_ID},
            },
            answers={200: {**TOKENS, "user": USER}, 400: {"error": "invalid_or_expired"}},
        ),
    )
    def post(self, request: Request) -> Response:
        brought = self.parse(BoilerplateMagicCodeSerializer)
        try:
            signed_in = services.verify_magic_code(**brought, device=device_of(request), now=clock.now())
        except InvalidMagicCode:
            return Response({"error": "invalid_or_expired"}, status=status.HTTP_400_BAD_REQUEST)
        return Response(BoilerplateSignedInSerializer(signed_in).data)


class TriggerTaskView(Endpoint):
    """Start the sample task.

    The answer does not wait for it: `Location` is the operation that shows how far it is, and what came of it.
    """

    audience = Audience.SELF
    throttles = ("trigger_task",)
    older = True
    tag = TAG

    @extend_schema(
        request=None,
        responses={202: BoilerplateTriggeredSerializer},
        examples=shown(answers={202: {"message": TRIGGERED, "task_id": CHALLENGE_ID}}),
    )
    def post(self, request: Request) -> Response:
        operation_id = operations.start(job=SAMPLE, payload={}, principal=self.principal, now=clock.now())
        return accepted(operation_id, {"message": TRIGGERED, "task_id": operation_id})


urlpatterns = [
    path("api/auth/jwt/token/", TokenView.as_view()),
    path("api/auth/jwt/refresh/", RefreshView.as_view()),
    path("api/auth/jwt/verify/", VerifyView.as_view()),
    path("api/auth/magic/request/", MagicRequestView.as_view()),
    path("api/auth/magic/verify/", MagicVerifyView.as_view()),
    path("api/v1/trigger-task/", TriggerTaskView.as_view()),
]
