"""A new password: by an emailed link, or by the one of today."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.addresses import client_address
from tenon.kernel.http.examples import shown
from tenon.platform.identity import services
from tenon.platform.identity.api import examples
from tenon.platform.identity.api.serializers import (
    EmailSerializer,
    MessageSerializer,
    PasswordChangeSerializer,
    PasswordResetConfirmSerializer,
)
from tenon.platform.identity.api.views.doors import Entrance, OwnRoute
from tenon.platform.identity.errors import InvalidSecret, WeakPassword, WrongPassword

REQUESTED = gettext_noop("If this address has an account, a message is on its way.")
RESET = gettext_noop("Your password has been changed. Sign in with it.")
CHANGED = gettext_noop("Your password has been changed.")


class PasswordResetView(Entrance):
    """Ask for a link that sets a new password.

    The answer does not tell whether the address has an account.
    """

    @extend_schema(
        request=EmailSerializer,
        responses={202: MessageSerializer},
        examples=shown(
            requests={"An address": {"email": examples.EMAIL}},
            answers={202: {"message": REQUESTED}},
        ),
    )
    def post(self, request: Request) -> Response:
        services.request_password_reset(**self.parse(EmailSerializer), ip=client_address(request), now=clock.now())
        return Response({"message": _(REQUESTED)}, status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirmView(Entrance):
    """Set a new password by the emailed link.

    The secret of the link works once and for 30 minutes; a password that is refused does not use it up. Every session
    of the account ends.
    """

    throttles = ("password_reset_confirm",)
    raises = (InvalidSecret, WeakPassword)

    @extend_schema(
        request=PasswordResetConfirmSerializer,
        responses={200: MessageSerializer},
        examples=shown(
            requests={"Secret and password": {"token": examples.RESET_SECRET, "password": examples.PASSWORD}},
            answers={200: {"message": RESET}},
        ),
    )
    def post(self, request: Request) -> Response:
        services.reset_password(**self.parse(PasswordResetConfirmSerializer), now=clock.now())
        return Response({"message": _(RESET)})


class PasswordView(OwnRoute):
    """Change the password.

    Every other session of the account ends; this one stays.
    """

    raises = (WrongPassword, WeakPassword)

    @extend_schema(
        request=PasswordChangeSerializer,
        responses={200: MessageSerializer},
        examples=shown(
            requests={
                "Both passwords": {"current_password": examples.PASSWORD, "new_password": "staple-7-battery-horse"}
            },
            answers={200: {"message": CHANGED}},
        ),
    )
    def post(self, request: Request) -> Response:
        services.change_password(
            **self.parse(PasswordChangeSerializer),
            user_id=self.user_id,
            session_id=self.session_id,
            now=clock.now(),
        )
        return Response({"message": _(CHANGED)})
