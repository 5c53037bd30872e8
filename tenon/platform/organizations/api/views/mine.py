"""Invitations, as the invited person sees them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.tenancy.scopes import self_scope
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import JoinedSerializer, MyInvitationSerializer, TokenSerializer
from tenon.platform.organizations.errors import AlreadyMember, ForAnother, InvitationClosed


class MyInvitationsView(Endpoint):
    """To where the caller was invited."""

    audience = Audience.SELF
    page = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="-created_at")

    @extend_schema(
        responses={200: MyInvitationSerializer(many=True)}, examples=shown(answers={200: examples.MY_INVITATION})
    )
    def get(self, request: Request) -> Response:
        """List the invitations that you can answer.

        They were sent to your address, which you have verified.
        """
        with self_scope(self.caller_id, read_only=True):
            mine = selectors.my_invitations(now=clock.now())
            return Response(self.page.paginate(request, mine, represent=_shown))


class AcceptByTokenView(Endpoint):
    """Accept an invitation by its link.

    Takes the token of the emailed link, from whoever is signed in with the address that it was sent to.
    """

    audience = Audience.SELF
    raises = (NotFound, ForAnother, InvitationClosed, AlreadyMember)

    @extend_schema(
        request=TokenSerializer,
        responses={200: JoinedSerializer},
        examples=shown(
            requests={"The token": {"token": examples.TOKEN}},
            answers={200: {"organization_id": examples.ORGANIZATION_ID}},
        ),
    )
    def post(self, request: Request) -> Response:
        joined = services.accept_by_token(user_id=self.caller_id, **self.parse(TokenSerializer), now=clock.now())
        return Response({"organization_id": joined})


class AcceptView(Endpoint):
    """Accept an invitation.

    You are a member from now on.
    """

    audience = Audience.SELF
    raises = (ForAnother, InvitationClosed, AlreadyMember)

    @extend_schema(
        request=None,
        responses={200: JoinedSerializer},
        examples=shown(answers={200: {"organization_id": examples.ORGANIZATION_ID}}),
    )
    def post(self, request: Request, invitation_id: UUID) -> Response:
        joined = services.accept(user_id=self.caller_id, invitation_id=invitation_id, now=clock.now())
        return Response({"organization_id": joined})


class DeclineView(Endpoint):
    """Decline an invitation."""

    audience = Audience.SELF
    raises = (ForAnother, InvitationClosed)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, invitation_id: UUID) -> Response:
        services.decline(user_id=self.caller_id, invitation_id=invitation_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(invitation: Any) -> dict[str, Any]:
    return {
        "id": invitation["id"],
        "organization": {"id": invitation["organization_id"], "name": invitation["organization__name"]},
        "role": invitation["role"],
        "created_at": invitation["created_at"],
        "expires_at": invitation["expires_at"],
    }
