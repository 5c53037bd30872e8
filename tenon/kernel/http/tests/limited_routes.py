"""Routes under limits, for the tests of throttling, and answers of some size, for those of compression."""

from uuid import NAMESPACE_DNS, uuid5

from django.urls import path
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.errors import Unauthenticated
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.kernel.ids import new_id
from tenon.kernel.limits import counting
from tenon.kernel.principal import Principal, PrincipalKind

SOMEBODY = new_id()
TAG = conditional.etag("the one", 1)


class HeaderAuthentication(BaseAuthentication):
    """Believes `X-Kind`, but `forged`, `X-Name` and `X-Organization`; who gives no name is somebody."""

    def authenticate(self, request: Request) -> tuple[None, Principal] | None:
        kind, name, organization = (request.META.get(f"HTTP_X_{each}") for each in ("KIND", "NAME", "ORGANIZATION"))
        if kind == "forged":
            raise Unauthenticated
        if kind is None:
            return None
        person = uuid5(NAMESPACE_DNS, name) if name else SOMEBODY
        place = uuid5(NAMESPACE_DNS, organization) if organization else None
        return None, Principal(PrincipalKind(kind), person, place)


class Limited(Endpoint):
    """Open to everyone, under the global limits."""

    audience = Audience.PUBLIC
    authentication_classes = (HeaderAuthentication,)

    def get(self, request: Request) -> Response:
        return Response({"text": "a long answer " * 100})

    def post(self, request: Request) -> Response:
        return self.get(request)


class ForMembers(Limited):
    audience = Audience.MEMBER
    for_programs = frozenset({"GET"})


class Named(Limited):
    throttles = ("special",)


class ForStaff(Limited):
    audience = Audience.STAFF


class NamedForStaff(ForStaff):
    throttles = ("special",)


class NamedForOneMethod(Limited):
    throttles = {"POST": ("special",)}


class Guarded(Limited):
    """A service behind it counts by itself."""

    def post(self, request: Request) -> Response:
        counting.require("guess", "alice@example.com")
        return Response()


class Unlimited(Limited):
    throttle_classes = ()


class Tagged(Unlimited):
    def get(self, request: Request) -> Response:
        conditional.check(request, TAG)
        return Response({"text": "a long answer " * 100}, headers={"ETag": TAG})

    def patch(self, request: Request) -> Response:
        conditional.check(request, TAG)
        return Response(status=204)


class Cached(Unlimited):
    cache_control = "public, max-age=60"


urlpatterns = [
    path("limited/", Limited.as_view()),
    path("named/", Named.as_view()),
    path("members/", ForMembers.as_view()),
    path("named-post/", NamedForOneMethod.as_view()),
    path("staff/", ForStaff.as_view()),
    path("named-staff/", NamedForStaff.as_view()),
    path("guarded/", Guarded.as_view()),
    path("unlimited/", Unlimited.as_view()),
    path("tagged/", Tagged.as_view()),
    path("cached/", Cached.as_view()),
]

handler404 = "tenon.kernel.http.problems.not_found"
