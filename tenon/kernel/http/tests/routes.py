"""Routes that do one thing each, for the tests of this folder."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_safe
from redis.exceptions import ConnectionError as RedisConnectionError
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import errors
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.compiled import CompiledPage
from tenon.kernel.http.deprecation import Deprecation
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.outbox.models import Entry
from tenon.kernel.principal import Principal, PrincipalKind

SECRET = "the inside of the house"
FAILURES: dict[str, Exception] = {
    "invalid": errors.Invalid(errors=[errors.FieldError("/a", "bad", "Bad.")], extra={"hint": "look"}),
    "unauthenticated": errors.Unauthenticated(),
    "forbidden": errors.Forbidden(),
    "not_found": errors.NotFound(),
    "conflict": errors.Conflict("Somebody was faster."),
    "unprocessable": errors.Unprocessable(),
    "too_many": errors.TooManyRequests(retry_after=7),
    "unavailable": errors.Unavailable(),
    "drf_validation": drf.ValidationError({"items": [{}, {"sku": ["Unknown."]}], "non_field_errors": ["Empty."]}),
    "drf_unauthenticated": drf.NotAuthenticated(),
    "drf_denied": drf.PermissionDenied(),
    "drf_not_found": drf.NotFound(),
    "drf_throttled": drf.Throttled(wait=2.4),
    "drf_error": drf.APIException(SECRET),
    "http404": Http404(SECRET),
    "denied": PermissionDenied(SECRET),
    "suspicious": SuspiciousOperation(SECRET),
    "validation": ValidationError(["Too short."]),
    "database": OperationalError(f"could not connect: {SECRET}"),
    "cache": RedisConnectionError(SECRET),
    "bug": RuntimeError(SECRET),
}


class HeaderAuthentication(BaseAuthentication):
    """Believes `X-Kind`."""

    def authenticate(self, request: Request) -> tuple[None, Principal] | None:
        kind = request.META.get("HTTP_X_KIND")
        return (None, Principal(kind=PrincipalKind(kind))) if kind else None

    def authenticate_header(self, request: Request) -> str:
        return "Test"


class Open(Endpoint):
    """Open to everyone, and counted by nobody."""

    audience = Audience.PUBLIC
    authentication_classes = (HeaderAuthentication,)
    throttle_classes = ()


class Fail(Open):
    def get(self, request: Request, name: str) -> Response:
        raise FAILURES[name]


def fail(request: HttpRequest, name: str) -> HttpResponse:
    raise FAILURES[name]


class ItemSerializer(serializers.Serializer[Any]):
    sku = serializers.CharField()
    count = serializers.IntegerField(min_value=1)


class OrderSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    items = ItemSerializer(many=True, required=False)
    secret = serializers.CharField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["email"].startswith("nobody"):
            raise serializers.ValidationError("Nobody orders.", code="nobody")
        return attrs


class Orders(Open):
    def get(self, request: Request) -> Response:
        return Response({"query": self.parse_query(OrderSerializer)})

    def post(self, request: Request) -> Response:
        return Response(self.parse(OrderSerializer), status=201)


class OlderOrders(Orders):
    older = True


class Echo(Open):
    def post(self, request: Request) -> Response:
        return Response({"data": request.data})


class SmallEcho(Echo):
    max_body = 10


class Member(Open):
    audience = Audience.MEMBER
    permissions = {"DELETE": "tests:delete"}

    def get(self, request: Request, organization: object = None) -> Response:
        return Response({"kind": self.principal.kind, "organization": self.organization_id})

    def delete(self, request: Request, organization: object = None) -> Response:
        return Response(status=204)


class MemberByPath(Member):
    organization_parameter = "organization"


class Shop(Member):
    audience = Audience.STOREFRONT


class Undeclared(Open):
    audience = None  # type: ignore[assignment]

    def get(self, request: Request) -> Response:
        return Response({})


class Resource(Open):
    cache_control = "private, max-age=60"
    deprecation = Deprecation(
        since=datetime(2026, 1, 1, tzinfo=UTC), successor="/new/", sunset=datetime(2027, 1, 1, tzinfo=UTC)
    )

    def get(self, request: Request) -> Response:
        etag = conditional.etag("resource", 1)
        conditional.check(request, etag)
        return Response({"at": datetime(2026, 1, 1, tzinfo=UTC)}, headers={"ETag": etag})

    def patch(self, request: Request) -> Response:
        conditional.check(request, conditional.etag("resource", 1))
        return Response(status=204)


class Entries(Open):
    page = KeysetPage(
        sort_fields={"name": "name", "attempts": "attempts", "created_at": "created_at"},
        default_sort="-created_at",
        filters={
            "name": filters.text("name"),
            "attempts": filters.integer("attempts"),
            "created_at": filters.timestamp("created_at"),
            "kind": filters.choice("kind", "event", "job"),
        },
        numbered=True,
    )

    def get(self, request: Request) -> Response:
        rows = Entry.objects.values("id", "name", "attempts", "created_at")
        return Response(self.page.paginate(request, rows))


class EntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class CompiledEntries(Open):
    """The same, compiled."""

    page = CompiledPage(serializer=EntrySerializer, rows=Entry.objects.all, **vars(Entries.page))

    def get(self, request: Request) -> Response:
        return Response(self.page.of(request))


class Permissions(Open):
    """Model instances, in the order of a column of another table."""

    page = KeysetPage(sort_fields={"app": "content_type__app_label"}, default_sort="-app")

    def get(self, request: Request) -> Response:
        rows = Permission.objects.select_related("content_type")
        return Response(self.page.paginate(request, rows, represent=lambda row: row.codename))


@require_safe
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(getattr(request, "id", ""), content_type="text/plain")


def html_refusal(request: HttpRequest) -> HttpResponse:
    return HttpResponseForbidden(f"<h1>{SECRET}</h1>")


def teapot(request: HttpRequest) -> HttpResponse:
    return HttpResponse("short and stout", status=418)


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sent")


urlpatterns = [
    path("fail/<str:name>/", Fail.as_view()),
    path("plain-fail/<str:name>/", fail),
    path("orders/", Orders.as_view()),
    path("older-orders/", OlderOrders.as_view()),
    path("echo/", Echo.as_view()),
    path("small-echo/", SmallEcho.as_view()),
    path("member/", Member.as_view()),
    path("shop/", Shop.as_view()),
    path("member/<uuid:organization>/", MemberByPath.as_view()),
    path("undeclared/", Undeclared.as_view()),
    path("resource/", Resource.as_view()),
    path("entries/", Entries.as_view()),
    path("entries/compiled/", CompiledEntries.as_view()),
    path("permissions/", Permissions.as_view()),
    path("inside/", include([path("orders/", Orders.as_view())])),
    path("plain", plain),
    path("html-refusal/", html_refusal),
    path("teapot/", teapot),
    path("form/", form),
]

handler400 = "tenon.kernel.http.problems.bad_request"
handler403 = "tenon.kernel.http.problems.forbidden"
handler404 = "tenon.kernel.http.problems.not_found"
handler500 = "tenon.kernel.http.problems.server_error"
