"""The roles that an organization makes for itself."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import policies, selectors, services
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import NewRoleSerializer, RoleChangeSerializer, RoleSerializer
from tenon.platform.organizations.api.views.doors import OrganizationRoute
from tenon.platform.organizations.errors import BeyondOwnRights, RoleInUse, RoleTaken, UnknownPermissions


class RolesView(OrganizationRoute):
    """Roles of an organization's own."""

    permissions = {"POST": policies.MANAGE_ROLES}
    raises = {"POST": (RoleTaken, UnknownPermissions, BeyondOwnRights)}
    idempotency = {"POST": Idempotency()}
    page = KeysetPage(sort_fields={"name": "name"}, default_sort="name")

    @extend_schema(responses={200: RoleSerializer(many=True)}, examples=shown(answers={200: examples.ROLE}))
    def get(self, request: Request, organization_id: UUID) -> Response:
        """List the organization's own roles.

        The built-in ones (`admin`, `member`, `billing`) are everywhere the same and not listed.
        """
        with organization_scope(organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.roles()))

    @extend_schema(
        request=NewRoleSerializer,
        responses={201: RoleSerializer},
        examples=shown(
            requests={"Dispatchers": {name: examples.ROLE[name] for name in ("name", "description", "permissions")}},
            answers={201: examples.ROLE},
        ),
    )
    def post(self, request: Request, organization_id: UUID) -> Response:
        """Make a role.

        With permissions that you have yourself.
        """
        role = services.create_role(principal=self.principal, **self.parse(NewRoleSerializer))
        location = reverse("organizations:role", args=[organization_id, role.name])
        return Response(RoleSerializer(role).data, status=status.HTTP_201_CREATED, headers={"Location": location})


class RoleView(OrganizationRoute):
    """One role."""

    permissions = {"PATCH": policies.MANAGE_ROLES, "DELETE": policies.MANAGE_ROLES}
    raises = {"PATCH": (UnknownPermissions, BeyondOwnRights), "DELETE": (RoleInUse, BeyondOwnRights)}

    @extend_schema(
        request=RoleChangeSerializer,
        responses={200: RoleSerializer},
        examples=shown(
            requests={"Permissions": {"permissions": examples.ROLE["permissions"]}}, answers={200: examples.ROLE}
        ),
    )
    def patch(self, request: Request, organization_id: UUID, name: str) -> Response:
        """Change a role.

        Whoever has it, has its new permissions with their next request.
        """
        role = services.update_role(principal=self.principal, name=name, changes=self.parse(RoleChangeSerializer))
        return Response(RoleSerializer(role).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, organization_id: UUID, name: str) -> Response:
        """Delete a role.

        One that no member and no pending invitation has.
        """
        services.delete_role(principal=self.principal, name=name)
        return Response(status=status.HTTP_204_NO_CONTENT)
