"""A new account, and the proof that its address is its owner's."""

from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity import services
from tenon.platform.identity.api import examples
from tenon.platform.identity.api.serializers import (
    EmailSerializer,
    EmailVerificationSerializer,
    MessageSerializer,
    RegisteredSerializer,
    RegistrationSerializer,
)


@method_decorator(cache_control(no_store=True), name="dispatch")
class RegisterView(Endpoint):
    """Make an account.

    A message with a verification link goes to the address. Until that link is opened, signing in is refused. An address
    that has an account already is named as such in `errors`.
    """

    audience = Audience.PUBLIC
    authentication_classes = ()
    throttles = ("register",)

    @extend_schema(
        request=RegistrationSerializer,
        responses={201: RegisteredSerializer},
        examples=[
            OpenApiExample("An account", request_only=True, value=examples.REGISTRATION),
            OpenApiExample("Made", response_only=True, status_codes=["201"], value=examples.REGISTERED),
        ],
    )
    def post(self, request: Request) -> Response:
        user = services.register(**self.parse(RegistrationSerializer), now=clock.now())
        body = {"message": _("Account created. Verify your email address."), "user": user}
        return Response(RegisteredSerializer(body).data, status=status.HTTP_201_CREATED)


@method_decorator(cache_control(no_store=True), name="dispatch")
class VerifyEmailView(Endpoint):
    """Verify an email address with the secret of the emailed link.

    The same secret keeps its answer until it expires, since programs that scan mail open links before people do.
    """

    audience = Audience.PUBLIC
    authentication_classes = ()
    throttles = ("verify",)

    @extend_schema(
        request=EmailVerificationSerializer,
        responses={200: MessageSerializer},
        examples=[
            OpenApiExample("The secret of the link", request_only=True, value={"token": examples.VERIFICATION_SECRET}),
            OpenApiExample("Verified", response_only=True, status_codes=["200"], value={"message": "Email verified"}),
        ],
    )
    def post(self, request: Request) -> Response:
        services.verify_email(**self.parse(EmailVerificationSerializer), now=clock.now())
        return Response({"message": _("Email verified")})


@method_decorator(cache_control(no_store=True), name="dispatch")
class ResendVerificationView(Endpoint):
    """Send the verification link once more.

    The answer is the same whether or not the address has an account that waits for its verification.
    """

    audience = Audience.PUBLIC
    authentication_classes = ()

    @extend_schema(
        request=EmailSerializer,
        responses={202: MessageSerializer},
        examples=[
            OpenApiExample("An address", request_only=True, value={"email": examples.EMAIL}),
            OpenApiExample(
                "Accepted", response_only=True, status_codes=["202"], value={"message": examples.RESEND_ACCEPTED}
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        services.resend_verification(**self.parse(EmailSerializer), now=clock.now())
        message = _("If this address waits for its verification, a message is on its way.")
        return Response({"message": message}, status=status.HTTP_202_ACCEPTED)
