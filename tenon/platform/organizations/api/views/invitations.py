"""Invitations, as the organization sees them."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http import filters
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.errors import InvalidEmail
from tenon.platform.organizations import policies, selectors, services
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import InvitationSerializer, NewInvitationSerializer
from tenon.platform.organizations.api.views.doors import OrganizationRoute
from tenon.platform.organizations.errors import AlreadyMember, BeyondOwnRights, InvitationClosed, UnknownRole

_STATES = ("pending", "accepted", "declined", "expired", "revoked")


class InvitationsView(OrganizationRoute):
    """Who was invited."""

    permissions = {"GET": policies.INVITE, "POST": policies.INVITE}
    throttles = {"POST": ("invite",)}
    raises = {"POST": (InvalidEmail, UnknownRole, BeyondOwnRights, AlreadyMember)}
    idempotency = {"POST": Idempotency()}
    page = KeysetPage(
        sort_fields={"created_at": "created_at"},
        default_sort="-created_at",
        filters={"state": filters.choice("state", *_STATES)},
    )

    @extend_schema(responses={200: InvitationSerializer(many=True)}, examples=shown(answers={200: examples.INVITATION}))
    def get(self, request: Request, organization_id: UUID) -> Response:
        """List the invitations."""
        with organization_scope(organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.invitations()))

    @extend_schema(
        request=NewInvitationSerializer,
        responses={201: InvitationSerializer},
        examples=shown(
            requests={"A colleague": {"email": "grace@example.com", "role": "member"}},
            answers={201: examples.INVITATION},
        ),
    )
    def post(self, request: Request, organization_id: UUID) -> Response:
        """Invite somebody.

        A message with a link goes to the address, and the invitation can be answered for 7 days by whoever has shown to
        hold that address. One that still waits for an answer from it is revoked.
        """
        asked = self.parse(NewInvitationSerializer)
        sent = services.invite(principal=self.principal, **asked, now=clock.now())
        return Response(InvitationSerializer(sent).data, status=status.HTTP_201_CREATED)


class InvitationView(OrganizationRoute):
    """One invitation."""

    permissions = {"DELETE": policies.INVITE}
    raises = (InvitationClosed, BeyondOwnRights)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, organization_id: UUID, invitation_id: UUID) -> Response:
        """Revoke an invitation.

        One that has not been answered; its link stops working.
        """
        services.revoke_invitation(principal=self.principal, invitation_id=invitation_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
