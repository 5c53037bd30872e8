"""Routes that take an Idempotency-Key, and a provider that charges, for the tests of both modes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.errors import Conflict
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.tests.routes import OrderSerializer
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.ids import new_id
from tenon.kernel.limits import counting
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.probes.models import Probe


@dataclass
class Provider:
    """Charges once for each key, and can be told to fail, or to die, before or after it has."""

    charged: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def charge(self, amount: int, *, key: str) -> dict[str, Any]:
        self.asked.append(key)
        self.before()
        self.charged.setdefault(key, amount)
        self.after()
        return {"charge": f"ch_{list(self.charged).index(key)}", "amount": self.charged[key]}


provider = Provider()
organization: list[UUID] = []


class Known:
    """Believes `X-Person` and `X-Organization`."""

    def authenticate(self, request: Request) -> tuple[None, Principal] | None:
        person = request.META.get("HTTP_X_PERSON")
        acting_in = request.META.get("HTTP_X_ORGANIZATION")
        if person is None:
            return None
        return None, Principal(PrincipalKind.USER, UUID(person), UUID(acting_in) if acting_in else None)

    def authenticate_header(self, request: Request) -> str:
        return "Test"


class Route(Endpoint):
    audience = Audience.PUBLIC
    authentication_classes = (Known,)  # type: ignore[assignment]
    throttle_classes = ()


class Probes(Route):
    """Makes a row of the organization, and answers with what nobody could say twice."""

    idempotency = {"POST": Idempotency(), "PUT": Idempotency(required=True), "DELETE": Idempotency()}

    def post(self, request: Request, number: int = 0) -> HttpResponse:
        body = self.parse(OrderSerializer)
        with organization_scope(organization[0]):
            probe = Probe.objects.create(name=new_id().hex)
            if body["email"].startswith("late"):
                raise Conflict
            if body["email"].startswith("bug"):
                raise ZeroDivisionError
        status = 409 if body["email"].startswith("soft") else 201
        headers = {"Location": f"/probes/{probe.id}/", "ETag": f'"{probe.id}"'}
        return Response({"id": probe.id, "secret": new_id()}, status=status, headers=headers)

    def put(self, request: Request, number: int = 0) -> HttpResponse:
        return self.post(request)

    def delete(self, request: Request, number: int = 0) -> HttpResponse:
        with organization_scope(organization[0]):
            Probe.objects.create(name=new_id().hex)
        return Response(status=204)


class Forms(Route):
    idempotency = {"POST": Idempotency()}
    parser_classes = (MultiPartParser,)

    def post(self, request: Request) -> HttpResponse:
        return Response({"id": new_id(), "content": request.data["file"].read().decode()})


class Unfit(Route):
    """What cannot be done under a key, and says so."""

    idempotency = {"POST": Idempotency()}

    def post(self, request: Request, what: str) -> HttpResponse:
        if what == "stream":
            return StreamingHttpResponse([b"one", b"two"])  # type: ignore[return-value]
        if what == "cookie":
            response = Response({})
            response.set_cookie("a", "b")
            return response
        if what == "count":
            counting.require("guess", "alice@example.com")
        with transaction.atomic(durable=True):
            return Response({})


class Payments(Route):
    idempotency = {"POST": Idempotency(required=True, phased=True), "PUT": Idempotency(phased=True)}

    def post(self, request: Request) -> HttpResponse:
        body = self.parse(OrderSerializer)
        order = self.operation.commit("order", self._order)
        charge = self.operation.call("charge", lambda key: provider.charge(7, key=key))
        paid = self.operation.commit("paid", lambda: self._paid(body["email"]))
        status = 409 if body["email"].startswith("soft") else 201
        return Response({"order": order, **charge, "paid": paid, "answer": new_id()}, status=status)

    def put(self, request: Request) -> HttpResponse:
        return self.post(request)

    def _order(self) -> UUID:
        with organization_scope(organization[0]):
            return Probe.objects.create(name=f"order {new_id().hex}").id

    def _paid(self, email: str) -> UUID:
        if email.startswith("declined"):
            raise Conflict
        with organization_scope(organization[0]):
            return Probe.objects.create(name=f"paid {new_id().hex}").id


class Hasty(Route):
    """Calls its provider before anything is committed."""

    idempotency = {"POST": Idempotency(phased=True)}

    def post(self, request: Request) -> HttpResponse:
        return Response(self.operation.call("charge", lambda key: provider.charge(7, key=key)))


urlpatterns = [
    path("probes/", Probes.as_view()),
    path("probes/<int:number>/", Probes.as_view()),
    path("forms/", Forms.as_view()),
    path("unfit/<str:what>/", Unfit.as_view()),
    path("payments/", Payments.as_view()),
    path("hasty/", Hasty.as_view()),
]

handler500 = "tenon.kernel.http.problems.server_error"
