"""The caller: who they are, and in which organization they act."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity.errors import InvalidName
from tenon.platform.identity.selectors import UserFacts
from tenon.platform.identity.services import update_profile
from tenon.platform.organizations import selectors
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import MeSerializer, ProfileSerializer

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
    raises = (InvalidName,)

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


def _shown(user: UserFacts) -> dict[str, Any]:
    current = selectors.current_organization(user_id=user.id)
    organization = None if current is None else {name: getattr(current, name) for name in _ORGANIZATION}
    return {"data": {**{name: getattr(user, name) for name in _PERSON}, "current_organization": organization}}
