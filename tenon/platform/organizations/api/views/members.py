"""Members: who there is, as what, and why they may do what they do."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.errors import Forbidden
from tenon.kernel.http import filters
from tenon.kernel.http.compiled import CompiledPage
from tenon.kernel.http.examples import shown
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import policies, selectors, services
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import (
    ExplanationQuerySerializer,
    ExplanationsSerializer,
    GrantsSerializer,
    MemberRoleSerializer,
    MemberSerializer,
)
from tenon.platform.organizations.api.views.doors import OrganizationRoute
from tenon.platform.organizations.errors import BeyondOwnRights, OwnerStays, UnknownRole


class MembersView(OrganizationRoute):
    """Who belongs to an organization."""

    permissions = {"GET": policies.LIST_MEMBERS}
    page = CompiledPage(
        serializer=MemberSerializer,
        rows=selectors.members,
        sort_fields={"joined_at": "created_at"},
        default_sort="joined_at",
        filters={"role": filters.text("role"), "user_id": filters.identifier("user_id")},
    )

    @extend_schema(examples=shown(answers={200: examples.MEMBER}))
    def get(self, request: Request, organization_id: UUID) -> Response:
        """List the members."""
        with organization_scope(organization_id, read_only=True):
            return Response(self.page.of(request))


class MemberView(OrganizationRoute):
    """One member."""

    permissions = {"PATCH": policies.CHANGE_ROLE, "DELETE": policies.REMOVE}
    raises = {"PATCH": (OwnerStays, UnknownRole, BeyondOwnRights), "DELETE": (OwnerStays, BeyondOwnRights)}

    @extend_schema(
        request=MemberRoleSerializer,
        responses={204: None},
        examples=shown(requests={"A role": {"role": "admin"}}),
    )
    def patch(self, request: Request, organization_id: UUID, user_id: UUID) -> Response:
        """Give a member another role.

        Nobody gives or takes away permissions that they do not have themselves, and the owner stays an admin.
        """
        services.change_role(principal=self.principal, user_id=user_id, **self.parse(MemberRoleSerializer))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, organization_id: UUID, user_id: UUID) -> Response:
        """Remove a member.

        Nobody removes the owner, or a member with permissions that they do not have themselves.
        """
        services.remove_member(principal=self.principal, user_id=user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class GrantsView(OrganizationRoute):
    """Give a member further roles.

    These and no others, beside the member's own role.
    """

    permissions = {"PUT": policies.CHANGE_ROLE}
    raises = (OwnerStays, UnknownRole, BeyondOwnRights)

    @extend_schema(
        request=GrantsSerializer,
        responses={204: None},
        examples=shown(requests={"One more": {"grants": ["dispatcher"]}}),
    )
    def put(self, request: Request, organization_id: UUID, user_id: UUID) -> Response:
        services.change_grants(principal=self.principal, user_id=user_id, **self.parse(GrantsSerializer))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PermissionsView(OrganizationRoute):
    """Explain who may do what.

    For every permission there is: whether you have it, through which of your roles, and which roles would give it.
    With `user_id` the same of another member, for those who may see the members.
    """

    @extend_schema(
        parameters=[OpenApiParameter("user_id", {"type": "string", "format": "uuid"}, description="A member.")],
        responses={200: ExplanationsSerializer},
        examples=shown(answers={200: {"data": examples.EXPLANATIONS}}),
    )
    def get(self, request: Request, organization_id: UUID) -> Response:
        user_id = self.parse_query(ExplanationQuerySerializer).get("user_id", self.caller_id)
        if user_id != self.caller_id and not policies.may(self.principal, policies.LIST_MEMBERS):
            raise Forbidden
        found = selectors.permissions_of(organization_id=organization_id, user_id=user_id)
        return Response(ExplanationsSerializer({"data": found}).data)
