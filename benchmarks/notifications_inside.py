"""The list of notifications three ways, called in one process: what a view costs without what is around it."""

import json
import time
from collections.abc import Callable
from datetime import UTC
from statistics import median
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.renderers import dumps
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.identity.models import User
from tenon.platform.notifications import selectors, services
from tenon.platform.notifications.api.views.notifications import NotificationsView
from tenon.platform.notifications.models import Notification
from tenon.platform.organizations.models import Organization

ROWS, CALLS = 200, 300
_COLUMNS = "id, type, message, target_url, organization_id, created_at, read_at, position"
_PAGE = f"SELECT {_COLUMNS} FROM notifications_notification WHERE recipient_id = %s ORDER BY position DESC LIMIT 21"
_TOTAL = "SELECT count(*) FROM (SELECT 1 FROM notifications_notification WHERE recipient_id = %s LIMIT 1001) counted"


class Known(BaseAuthentication):
    """Everybody is the reader, at no cost."""

    principal: Principal

    def authenticate(self, request: Request) -> tuple[Any, Principal]:
        return self.principal, self.principal


class Ours(NotificationsView):
    authentication_classes = (Known,)
    throttle_classes = ()


class OrdinaryOrganization(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ("id", "name", "slug")


class OrdinarySerializer(serializers.ModelSerializer[Notification]):
    organization = OrdinaryOrganization()

    class Meta:
        model = Notification
        fields = ("id", "type", "message", "target_url", "organization", "created_at", "read_at")


class Ordinary(Endpoint):
    """As a REST framework tutorial would list them: model serializers, related rows prefetched, numbered pages."""

    audience = Audience.SELF
    authentication_classes = (Known,)
    throttle_classes = ()

    def get(self, request: Request) -> Response:
        pages = PageNumberPagination()
        pages.page_size = 20
        rows = Notification.objects.filter(recipient=self.caller_id).prefetch_related("organization")
        page = pages.paginate_queryset(rows.order_by("-position"), request, view=self)
        return pages.get_paginated_response(OrdinarySerializer(page, many=True).data)


def raw(request: HttpRequest) -> HttpResponse:
    """The same rows and total by the same statements, without REST framework or ORM between."""
    of: UUID = Known.principal.id  # type: ignore[assignment]
    parameter = of if connection.vendor == "postgresql" else of.hex
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, [parameter])
        names = [column[0] for column in cursor.description][:-1]
        rows = [dict(zip(names, row[:-1], strict=True)) for row in cursor.fetchall()[:20]]
        if connection.vendor != "postgresql":
            rows = [{**row, "created_at": row["created_at"].replace(tzinfo=UTC)} for row in rows]
        cursor.execute(_TOTAL, [parameter])
        total = cursor.fetchone()[0]
    return HttpResponse(dumps({"data": rows, "meta": {"next": "x", "prev": None, "total": total}}))


def main(*, email: str, rounds: int) -> None:
    """Prints the medians as JSON: CPU milliseconds a call."""
    reader = User.objects.get(email=email)
    organization = Organization.objects.get()
    for number in range(ROWS):
        with transaction.atomic():
            services.deliver(
                recipient_ids=[reader.pk],
                type_name="notifications.announcement",
                values={"text": f"Announcement number {number}, of the length that they usually have."},
                target_url="/news/",
                organization_id=organization.pk,
                now=clock.now(),
            )
    Known.principal = Principal(PrincipalKind.USER, reader.pk)
    views: dict[str, Callable[[HttpRequest], Any]] = {
        "ours": Ours.as_view(),
        "ordinary": Ordinary.as_view(),
        "raw": raw,
    }
    found: dict[str, list[float]] = {name: [] for name in views}
    for number in range(rounds + 1):
        for name, view in views.items():
            spent = _cpu_ms(view)
            if number:
                found[name].append(spent)
    assert len(orjson.loads(_answer(views["ours"]).content)["data"]) == 20
    assert selectors.unread_count(user_id=reader.pk) == ROWS
    print(json.dumps({name: median(each) for name, each in found.items()}))


def _cpu_ms(view: Callable[[HttpRequest], Any]) -> float:
    started = time.process_time()
    for _ in range(CALLS):
        _answer(view)
    return (time.process_time() - started) * 1000 / CALLS


def _answer(view: Callable[[HttpRequest], Any]) -> Any:
    response = view(RequestFactory(SERVER_NAME="127.0.0.1").get("/api/v1/notifications/"))
    if hasattr(response, "render"):
        response.render()
    if response.status_code != 200:
        raise SystemExit(f"{view} answered {response.status_code}: {response.content!r}")
    return response
