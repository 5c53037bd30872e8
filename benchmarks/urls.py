"""The project's routes, and views to compare them with: an empty one, the ordinary way, and one raw statement."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.replays import RawProductsView, RawProductView, RawSearchView
from tenon.delivery.urls import urlpatterns as routes
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.models import User
from tenon.platform.organizations.api.views.doors import OrganizationRoute
from tenon.platform.organizations.models import Membership


class EmptyView(Endpoint):
    """Authenticate and answer an empty object: the floor that other views are compared with."""

    audience = Audience.SELF

    def get(self, request: Request) -> Response:
        return Response({})


class EmptyMemberView(Endpoint):
    """The same, in an organization."""

    audience = Audience.MEMBER

    def get(self, request: Request) -> Response:
        return Response({})


class WriteView(Endpoint):
    """One row written, in a transaction."""

    audience = Audience.SELF
    idempotency = {"POST": Idempotency()}

    def post(self, request: Request) -> Response:
        with transaction.atomic():
            written = enqueue("limits.purge", {})
        return Response({"written": written})


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "email", "first_name", "last_name", "avatar_url")


class OrdinaryMemberSerializer(serializers.ModelSerializer[Membership]):
    user = PersonSerializer()
    is_owner = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ("user", "role", "grants", "is_owner", "created_at")

    def get_is_owner(self, member: Membership) -> bool:
        return bool(member.organization.owner_id == member.user_id)


class OrdinaryMembersView(OrganizationRoute):
    """Members as a REST framework tutorial would list them: model serializers, related rows joined, numbered pages."""

    def get(self, request: Request, organization_id: UUID) -> Response:
        pages = PageNumberPagination()
        pages.page_size = 20
        with organization_scope(organization_id, read_only=True):
            members = Membership.objects.select_related("user", "organization").order_by("created_at", "id")
            page = pages.paginate_queryset(members, request, view=self)
            return pages.get_paginated_response(OrdinaryMemberSerializer(page, many=True).data)


class RawMembersView(OrganizationRoute):
    """The same rows and total by two statements, without an ORM between."""

    def get(self, request: Request, organization_id: UUID) -> Response:
        of = organization_id if connection.vendor == "postgresql" else organization_id.hex
        with organization_scope(organization_id, read_only=True), connection.cursor() as cursor:
            cursor.execute(_RAW, [of])
            names = [column[0] for column in cursor.description]
            rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            cursor.execute(_RAW_TOTAL, [of])
            return Response({"data": rows, "meta": {"total": cursor.fetchone()[0]}})


@dataclass(frozen=True)
class Changed(Event):
    """Something changed, and nobody listens."""

    name: ClassVar[str] = "benchmarks.changed"

    user_id: UUID


@dataclass(frozen=True)
class AuditedChange(Changed):
    """The same, for the audit log."""

    name: ClassVar[str] = "benchmarks.audited_change"
    audited: ClassVar[str] = "benchmarks:user:changed"


class ChangeView(Endpoint):
    """Change one row in a transaction."""

    audience = Audience.SELF
    publishes = False
    event: ClassVar[type[Changed]] = Changed

    def post(self, request: Request) -> Response:
        with transaction.atomic():
            User.objects.filter(pk=self.caller_id).update(first_name="Ada")
            if self.publishes:
                publish(self.event(self.caller_id), aggregate=f"user:{self.caller_id}")
        return Response({})


class PublishedChangeView(ChangeView):
    """The same, and tell of it."""

    publishes = True


class AuditedChangeView(PublishedChangeView):
    """The same, told by an event that the audit log takes down."""

    event = AuditedChange


_RAW = """
SELECT m.user_id, u.email, u.first_name, u.last_name, u.avatar_url, m.role, m.grants,
       m.user_id = o.owner_id AS is_owner, m.created_at AS joined_at
FROM organizations_membership m
JOIN organizations_organization o ON o.id = m.organization_id
JOIN identity_user u ON u.id = m.user_id
WHERE m.organization_id = %s ORDER BY m.created_at, m.id LIMIT 21
"""
_RAW_TOTAL = (
    "SELECT count(*) FROM (SELECT 1 FROM organizations_membership WHERE organization_id = %s LIMIT 1001) AS capped"
)

urlpatterns = [
    path("benchmark/empty/", EmptyView.as_view()),
    path("benchmark/empty/member/", EmptyMemberView.as_view()),
    path("benchmark/change/", ChangeView.as_view()),
    path("benchmark/change/published/", PublishedChangeView.as_view()),
    path("benchmark/change/audited/", AuditedChangeView.as_view()),
    path("benchmark/write/", WriteView.as_view()),
    path("benchmark/<uuid:organization_id>/members/ordinary/", OrdinaryMembersView.as_view()),
    path("benchmark/<uuid:organization_id>/members/raw/", RawMembersView.as_view()),
    path("benchmark/products/raw/", RawProductsView.as_view()),
    path("benchmark/products/<uuid:product_id>/raw/", RawProductView.as_view()),
    path("benchmark/search/raw/", RawSearchView.as_view()),
    *routes,
]
