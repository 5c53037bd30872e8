"""A new account, and the proof that its address is its owner's."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.addresses import client_address
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency
from tenon.platform.identity import services
from tenon.platform.identity.api import examples
from tenon.platform.identity.api.serializers import (
    EmailSerializer,
    EmailVerificationSerializer,
    MessageSerializer,
    RegisteredSerializer,
    RegistrationSerializer,
)
from tenon.platform.identity.api.views.doors import Entrance
from tenon.platform.identity.errors import EmailTaken, InvalidName, InvalidSecret, WeakPassword

REGISTERED = gettext_noop("Account created. Verify your email address.")
VERIFIED = gettext_noop("Email verified")
RESENT = gettext_noop("If this address waits for its verification, a message is on its way.")


class RegisterView(Entrance):
    """Make an account.

    A message with a verification link goes to the address; until that link is opened, signing in is refused. An address
    that has an account already is named as such in `errors`.
    """

    throttles = ("register",)
    idempotency = {"POST": Idempotency()}
    raises = (EmailTaken, InvalidName, WeakPassword)

    @extend_schema(
        request=RegistrationSerializer,
        responses={201: RegisteredSerializer},
        examples=shown(
            requests={"A person": examples.REGISTRATION},
            answers={201: {"message": REGISTERED, "user": examples.USER}},
        ),
    )
    def post(self, request: Request) -> Response:
        user = services.register(**self.parse(RegistrationSerializer), now=clock.now())
        body = {"message": _(REGISTERED), "user": user}
        return Response(RegisteredSerializer(body).data, status=status.HTTP_201_CREATED)


class VerifyEmailView(Entrance):
    """Verify an email address.

    Takes the secret of the emailed link. A secret that has been used keeps answering the same, since programs that scan
    mail open links before people do.
    """

    throttles = ("verify",)
    raises = (InvalidSecret,)

    @extend_schema(
        request=EmailVerificationSerializer,
        responses={200: MessageSerializer},
        examples=shown(
            requests={"The secret": {"token": examples.VERIFICATION_SECRET}},
            answers={200: {"message": VERIFIED}},
        ),
    )
    def post(self, request: Request) -> Response:
        services.verify_email(**self.parse(EmailVerificationSerializer), now=clock.now())
        return Response({"message": _(VERIFIED)})


class ResendVerificationView(Entrance):
    """Send the verification link once more.

    The answer does not tell whether the address has an account, or one that is verified.
    """

    @extend_schema(
        request=EmailSerializer,
        responses={202: MessageSerializer},
        examples=shown(
            requests={"An address": {"email": examples.EMAIL}},
            answers={202: {"message": RESENT}},
        ),
    )
    def post(self, request: Request) -> Response:
        services.resend_verification(**self.parse(EmailSerializer), ip=client_address(request), now=clock.now())
        return Response({"message": _(RESENT)}, status=status.HTTP_202_ACCEPTED)
