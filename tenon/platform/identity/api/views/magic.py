"""Signing in, and up, without a password: a mailed code, or the link beside it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.examples import shown
from tenon.platform.identity import services
from tenon.platform.identity.api import examples
from tenon.platform.identity.api.devices import device_of
from tenon.platform.identity.api.serializers import (
    ChallengeSerializer,
    EmailSerializer,
    MagicCodeSerializer,
    SignedInSerializer,
)
from tenon.platform.identity.api.views.doors import Entrance
from tenon.platform.identity.errors import InvalidMagicCode

REQUESTED = gettext_noop("If this address may sign in, a code is on its way.")


class MagicRequestView(Entrance):
    """Ask for a magic code.

    Mails eight digits, and a link that does the same. Anybody may ask: an address without an account gets one when its
    code comes back, and the answer does not tell which it is. Keep `challenge_id`, and send it with the digits.
    """

    @extend_schema(
        request=EmailSerializer,
        responses={202: ChallengeSerializer},
        examples=shown(
            requests={"An address": {"email": examples.EMAIL}},
            answers={202: {"message": REQUESTED, "challenge_id": examples.CHALLENGE_ID}},
        ),
    )
    def post(self, request: Request) -> Response:
        challenge = services.request_magic_code(
            **self.parse(EmailSerializer), device=device_of(request), now=clock.now()
        )
        body: dict[str, object] = {"message": _(REQUESTED), "challenge_id": challenge.challenge_id}
        if challenge.debug_token is not None:
            body["debug_token"] = challenge.debug_token
        return Response(body, status=status.HTTP_202_ACCEPTED)


class MagicVerifyView(Entrance):
    """Sign in with a magic code.

    Takes the eight digits together with `challenge_id`, or with `email` for the newest code of that address; or the
    `token` of the emailed link alone. Both work once. After five wrong attempts only the link of a challenge works.
    """

    raises = (InvalidMagicCode,)

    @extend_schema(
        request=MagicCodeSerializer,
        responses={200: SignedInSerializer},
        examples=shown(
            requests={
                "The digits": {"token": examples.MAGIC_CODE, "challenge_id": examples.CHALLENGE_ID},
                "The digits, on another device": {"token": examples.MAGIC_CODE, "email": examples.EMAIL},
                "The link": {"token": examples.MAGIC_LINK_SECRET},
            },
            answers={200: {**examples.TOKENS, "user": examples.USER}},
        ),
    )
    def post(self, request: Request) -> Response:
        brought = self.parse(MagicCodeSerializer)
        signed_in = services.verify_magic_code(**brought, device=device_of(request), now=clock.now())
        return Response(SignedInSerializer(signed_in).data)
