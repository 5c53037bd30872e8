"""The caller: who they are, and in which organization they act."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.personal_data import gathering
from tenon.platform.identity.errors import InvalidName, ProofRequired, WrongPassword
from tenon.platform.identity.selectors import UserFacts
from tenon.platform.identity.services import update_profile
from tenon.platform.organizations import selectors
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import (
    ErasureRequestSerializer,
    ErasureSerializer,
    MeSerializer,
    PersonalCopySerializer,
    ProfileSerializer,
)
from tenon.platform.organizations.errors import StillOwner
from tenon.platform.organizations.services import erasure

_PERSON = (
    "id",
    "email",
    "username",
    "first_name",
    "last_name",
    "timezone",
    "locale",
    "is_staff",
    "date_joined",
)
_ORGANIZATION = ("id", "name", "is_personal", "owner_id")


class MeView(Endpoint):
    """The caller."""

    audience = Audience.SELF
    raises = {"PATCH": (InvalidName,), "DELETE": (WrongPassword, ProofRequired, StillOwner)}

    @extend_schema(responses={200: MeSerializer}, examples=shown(answers={200: {"data": examples.ME}}))
    def get(self, request: Request) -> Response:
        """Who you are.

        And the organization that you act in unless a request says otherwise; null where you belong to none, or to
        several and have chosen none.
        """
        return Response(_shown(cast(UserFacts, request.user)))

    @extend_schema(
        request=ProfileSerializer,
        responses={200: MeSerializer},
        examples=shown(requests={"A time zone": {"timezone": "Europe/London"}}, answers={200: {"data": examples.ME}}),
    )
    def patch(self, request: Request) -> Response:
        """Change what you say of yourself."""
        return Response(_shown(update_profile(user_id=self.caller_id, changes=self.parse(ProfileSerializer))))

    @extend_schema(
        request=None,
        responses={202: ErasureSerializer},
        examples=shown(answers={202: {"data": {"erases_at": "2026-12-20T09:30:00.000Z"}}}),
    )
    def delete(self, request: Request) -> Response:
        """Be forgotten.

        Signed in within the last ten minutes, or with `{"password": "…"}` as the body. You are signed out everywhere;
        at `erases_at` everything that is held of you is erased for good. Sign in before then, and nothing is. Refused
        while you own an organization that has other members.
        """
        password = self.parse(ErasureRequestSerializer)["password"] if request.data else ""
        erases_at = erasure.leave_for_good(
            user_id=self.caller_id, session_id=self.principal.session_id, password=password, now=clock.now()
        )
        return Response({"data": {"erases_at": erases_at}}, status=status.HTTP_202_ACCEPTED)


class ExportView(Endpoint):
    """All that is held of the caller."""

    audience = Audience.SELF
    throttles = ("export",)

    @extend_schema(
        responses={200: PersonalCopySerializer},
        examples=shown(
            answers={200: {"exported_at": "2026-11-20T09:30:00.000Z", "holdings": {"identity": {"sessions": []}}}}
        ),
    )
    def get(self, request: Request) -> Response:
        """Take what is held of you.

        A portable copy of everything, by the part of the house that holds it; without secrets, and without what is
        other people's.
        """
        copy = {"exported_at": clock.now(), "holdings": gathering.gather(user_id=self.caller_id)}
        headers = {"Content-Disposition": 'attachment; filename="personal-data.json"', "Cache-Control": "no-store"}
        return Response(copy, headers=headers)


def _shown(user: UserFacts) -> dict[str, Any]:
    current = selectors.current_organization(user_id=user.id)
    organization = None if current is None else {name: getattr(current, name) for name in _ORGANIZATION}
    return {"data": {**{name: getattr(user, name) for name in _PERSON}, "current_organization": organization}}
