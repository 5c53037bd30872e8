"""Routes that fail and succeed, for the tests of logs."""

import logging
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.kernel.ids import new_id
from tenon.kernel.principal import Principal, PrincipalKind

SOMEBODY = new_id()
PASSWORD = "correct horse battery staple"  # nosec B105


class Somebody(BaseAuthentication):
    """Whoever asks is the same person."""

    def authenticate(self, request: Request) -> tuple[SimpleNamespace, Principal]:
        return SimpleNamespace(id=SOMEBODY), Principal(kind=PrincipalKind.USER, id=SOMEBODY)


class Greet(Endpoint):
    """Says in a log who came."""

    audience = Audience.PUBLIC
    authentication_classes = (Somebody,)
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        logging.getLogger("tenon.greeter").info("greeted %s", "bob@example.com", extra={"body": dict(request.data)})
        return Response({})


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"no luck with password={PASSWORD.split()[0]} of bob@example.com")


urlpatterns = [
    path("greet/", Greet.as_view()),
    path("fail/", fail),
    path("api/verify/<uuid:secret>/", Greet.as_view()),
]

handler404 = "tenon.kernel.http.problems.not_found"
handler500 = "tenon.kernel.http.problems.server_error"
