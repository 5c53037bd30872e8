"""Organizations: one's own, a new one, and what becomes of one."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import self_scope
from tenon.platform.identity.errors import InvalidName
from tenon.platform.organizations import policies, selectors, services
from tenon.platform.organizations.api import examples
from tenon.platform.organizations.api.serializers import (
    ClosureSerializer,
    NewOrganizationSerializer,
    NewOwnerSerializer,
    OrganizationChangeSerializer,
    OrganizationSerializer,
    OwnOrganizationSerializer,
)
from tenon.platform.organizations.api.views.doors import OrganizationRoute
from tenon.platform.organizations.errors import (
    DefaultStays,
    InvalidSlug,
    OwnerStays,
    SlugTaken,
    UnfitOwner,
    WrongName,
)
from tenon.platform.organizations.selectors import OrganizationFacts


class OrganizationsView(Endpoint):
    """The caller's organizations."""

    audience = Audience.SELF
    raises = {"POST": (InvalidName, InvalidSlug, SlugTaken, UnfitOwner)}
    idempotency = {"POST": Idempotency()}
    page = KeysetPage(
        sort_fields={"joined_at": "created_at", "name": "organization__name"},
        default_sort="joined_at",
        filters={"is_personal": filters.boolean("organization__is_personal")},
    )

    @extend_schema(
        responses={200: OwnOrganizationSerializer(many=True)}, examples=shown(answers={200: examples.MEMBERSHIP})
    )
    def get(self, request: Request) -> Response:
        """List your organizations.

        Each with what you are there. Closed ones are left out.
        """
        with self_scope(self.caller_id, read_only=True):
            mine = selectors.memberships_of(user_id=self.caller_id)
            return Response(self.page.paginate(request, mine, represent=_own))

    @extend_schema(
        request=NewOrganizationSerializer,
        responses={201: OrganizationSerializer},
        examples=shown(requests={"A company": examples.NEW}, answers={201: examples.ORGANIZATION}),
    )
    def post(self, request: Request) -> Response:
        """Make an organization.

        You own it, and act in it from now on unless a request says otherwise.
        """
        made = services.create(owner_id=self.caller_id, **self.parse(NewOrganizationSerializer), now=clock.now())
        response = _answer(made, status=status.HTTP_201_CREATED)
        response["Location"] = reverse("organizations:organization", args=[made.id])
        return response


class OrganizationView(OrganizationRoute):
    """One organization."""

    permissions = {"PATCH": policies.UPDATE}
    raises = {"PATCH": (InvalidName, InvalidSlug, SlugTaken, DefaultStays, PreconditionFailed)}

    @extend_schema(responses={200: OrganizationSerializer}, examples=shown(answers={200: examples.ORGANIZATION}))
    def get(self, request: Request, organization_id: UUID) -> Response:
        """Read an organization.

        The ETag goes into the If-Match of a change.
        """
        facts = selectors.organization_facts(organization_id=organization_id)
        conditional.check(request, _etag(facts))
        return _answer(facts)

    @extend_schema(
        request=OrganizationChangeSerializer,
        responses={200: OrganizationSerializer},
        examples=shown(requests={"A name": {"name": "Acme Inc."}}, answers={200: examples.ORGANIZATION}),
    )
    def patch(self, request: Request, organization_id: UUID) -> Response:
        """Change an organization.

        With If-Match only if nobody has changed it since you read it.
        """
        changed = services.update(
            principal=self.principal,
            changes=self.parse(OrganizationChangeSerializer),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(changed)


class SwitchView(OrganizationRoute):
    """Act in this organization.

    It is your current one from now on: what a request means that names none.
    """

    @extend_schema(
        request=None, responses={200: OrganizationSerializer}, examples=shown(answers={200: examples.ORGANIZATION})
    )
    def post(self, request: Request, organization_id: UUID) -> Response:
        return _answer(services.switch(principal=self.principal, now=clock.now()))


class LeaveView(OrganizationRoute):
    """Leave an organization.

    The owner transfers it first.
    """

    raises = (OwnerStays,)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, organization_id: UUID) -> Response:
        services.leave(principal=self.principal)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TransferView(OrganizationRoute):
    """Make another member the owner.

    Only the owner can. The new owner is an admin by that; the owner before stays one.
    """

    permissions = {"POST": policies.TRANSFER}
    idempotency = {"POST": Idempotency()}
    raises = (UnfitOwner,)

    @extend_schema(
        request=NewOwnerSerializer,
        responses={200: OrganizationSerializer},
        examples=shown(requests={"A member": {"user_id": examples.OWNER_ID}}, answers={200: examples.ORGANIZATION}),
    )
    def post(self, request: Request, organization_id: UUID) -> Response:
        return _answer(services.transfer_ownership(principal=self.principal, **self.parse(NewOwnerSerializer)))


class ClosureView(OrganizationRoute):
    """Close an organization.

    For good: only the owner can, by typing its name. It is gone for all its members, and its invitations are revoked.
    """

    permissions = {"POST": policies.CLOSE}
    raises = (WrongName, DefaultStays)

    @extend_schema(
        request=ClosureSerializer,
        responses={204: None},
        examples=shown(requests={"Its name": {"name": "Acme Inc."}}),
    )
    def post(self, request: Request, organization_id: UUID) -> Response:
        services.close(principal=self.principal, **self.parse(ClosureSerializer), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(facts: OrganizationFacts, *, status: int = 200) -> Response:
    return Response(OrganizationSerializer(facts).data, status=status, headers={"ETag": _etag(facts)})


def _etag(facts: OrganizationFacts) -> str:
    return conditional.etag(facts.id, facts.version)


def _own(membership: Any) -> dict[str, Any]:
    facts = {name.removeprefix("organization__"): value for name, value in membership.items() if "__" in name}
    shown_too = {name: membership[name] for name in ("role", "grants")}
    return dict(OwnOrganizationSerializer({**facts, **shown_too, "joined_at": membership["created_at"]}).data)
