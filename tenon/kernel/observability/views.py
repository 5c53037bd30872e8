"""Health for load balancers, orchestrators and people; metrics for Prometheus."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST
from rest_framework.authentication import BaseAuthentication
from rest_framework.renderers import BaseRenderer, StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response

import tenon
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden, Unauthenticated
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.observability import health
from tenon.kernel.observability.authentication import InternalTokenAuthentication, may_inspect
from tenon.kernel.observability.exposition import exposition
from tenon.kernel.observability.health import Component
from tenon.kernel.observability.serializers import (
    DetailedHealthSerializer,
    HealthSerializer,
    ReadinessSerializer,
    StatusSerializer,
)

_EXAMPLE = {
    "status": "healthy",
    "timestamp": "2026-11-20T09:30:00.000Z",
    "service": "tenon",
    "version": tenon.__version__,
}
_DATABASE = {"name": "database", "healthy": True, "duration_ms": 0.4, "detail": "postgresql"}
_BEHIND = {
    "name": "outbox",
    "healthy": False,
    "duration_ms": 1.1,
    "detail": "812 due, 100 in progress, 0 dead, 431 s behind",
}


class Probe(Endpoint):
    """Asked every few seconds by machines: it counts under no limit, and asks nobody who he is."""

    audience = Audience.PUBLIC
    tag = "operations"
    authentication_classes: tuple[type[BaseAuthentication], ...] = ()
    throttle_classes = ()


class HealthView(Probe):
    """Say which service this is.

    Touches nothing but the process itself.
    """

    @extend_schema(responses={200: HealthSerializer}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request) -> Response:
        return Response(_identity("healthy"))


class LivenessView(Probe):
    """Say that the process lives.

    Touches nothing: a process is not restarted because something that it depends on is away.
    """

    @extend_schema(responses={200: StatusSerializer}, examples=shown(answers={200: {"status": "healthy"}}))
    def get(self, request: Request) -> Response:
        return Response({"status": "healthy"})


class ReadinessView(Probe):
    """Say whether requests may come.

    503 while the database is missing or migrations are pending.
    """

    @extend_schema(
        responses={200: ReadinessSerializer, 503: ReadinessSerializer},
        examples=shown(
            answers={
                200: {"status": "healthy", "failing": []},
                503: {"status": "unhealthy", "failing": ["database"]},
            }
        ),
    )
    def get(self, request: Request) -> Response:
        failing = health.failing(health.readiness())
        return Response({"status": _status(failing), "failing": failing}, status=503 if failing else 200)


class DetailedHealthView(Probe):
    """Say which part works.

    503 when one does not. Staff and whoever sends `X-Internal-Token` learn which; everybody else gets the status only.
    """

    def get_authenticators(self) -> list[BaseAuthentication]:
        return _inspectors()

    @extend_schema(
        responses={200: DetailedHealthSerializer, 503: DetailedHealthSerializer},
        examples=shown(
            answers={
                200: {**_EXAMPLE, "components": [_DATABASE]},
                503: {**_EXAMPLE, "status": "unhealthy", "components": [_DATABASE, _BEHIND]},
            }
        ),
    )
    def get(self, request: Request) -> Response:
        inspects = may_inspect(self.principal)
        components = (health.everything if inspects else health.at_a_glance)(now=clock.now())
        failing = health.failing(components)
        answer = _identity(_status(failing))
        if inspects:
            answer["components"] = [_described(component) for component in components]
        return Response(answer, status=503 if failing else 200)


class TextRenderer(StaticHTMLRenderer):
    """Prometheus's text format."""

    media_type = "text/plain"
    format = "txt"


class MetricsView(Probe):
    """Read the metrics.

    In Prometheus's text format. For staff and whoever sends the internal token, as `X-Internal-Token` or as a bearer
    token, unless METRICS_PUBLIC opens them.
    """

    renderer_classes: tuple[type[BaseRenderer], ...] = (TextRenderer,)
    raises = (Unauthenticated, Forbidden)

    def get_authenticators(self) -> list[BaseAuthentication]:
        return _inspectors()

    @extend_schema(
        responses={(200, "text/plain"): OpenApiTypes.STR},
        examples=shown(answers={200: "# TYPE outbox_due gauge\noutbox_due 0.0\n"}, media_type="text/plain"),
    )
    def get(self, request: Request) -> HttpResponse:
        if not settings.METRICS_PUBLIC and not may_inspect(self.principal):
            raise Forbidden if self.principal.is_authenticated else Unauthenticated
        return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _inspectors() -> list[BaseAuthentication]:
    """The internal token, and whatever signs people in elsewhere."""
    return [InternalTokenAuthentication(), *(each() for each in Endpoint.authentication_classes)]


def _identity(status: str) -> dict[str, Any]:
    return {"status": status, "timestamp": clock.now(), "service": "tenon", "version": tenon.__version__}


def _status(failing: list[str]) -> str:
    return "unhealthy" if failing else "healthy"


def _described(component: Component) -> dict[str, Any]:
    return asdict(component)
