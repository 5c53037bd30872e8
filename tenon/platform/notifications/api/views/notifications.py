"""What the caller was told, and what they have read of it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.compiled import CompiledPage
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.platform.notifications import selectors, services
from tenon.platform.notifications.api import examples
from tenon.platform.notifications.api.serializers import (
    MarkedSerializer,
    NotificationSerializer,
    ReadAllSerializer,
    UnreadSerializer,
)


class NotificationsView(Endpoint):
    """The caller's notifications."""

    audience = Audience.SELF
    page = CompiledPage(
        serializer=NotificationSerializer,
        rows=selectors.notifications_of,
        # A person's positions are in the order of their times, and unique.
        sort_fields={"created_at": "position"},
        default_sort="-created_at",
        key="position",
        filters={
            "unread": filters.boolean("unread"),
            "type": filters.text("type"),
            "organization_id": filters.identifier("organization"),
            "created_at": filters.timestamp("created_at"),
        },
    )

    @extend_schema(examples=shown(answers={200: examples.NOTIFICATION}))
    def get(self, request: Request) -> Response:
        """List your notifications.

        The newest first, of all organizations and of none.
        """
        return Response(self.page.of(request, user_id=self.caller_id))


class NotificationView(Endpoint):
    """One notification."""

    audience = Audience.SELF

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, notification_id: UUID) -> Response:
        """Delete a notification."""
        services.delete(user_id=self.caller_id, notification_id=notification_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReadView(Endpoint):
    """Mark a notification as read.

    One that was read already keeps its time.
    """

    audience = Audience.SELF

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, notification_id: UUID) -> Response:
        services.mark_read(user_id=self.caller_id, notification_id=notification_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReadAllView(Endpoint):
    """Mark all notifications as read.

    With `up_to`, those that came later stay unread: name the newest one that the person has seen.
    """

    audience = Audience.SELF
    raises = (NotFound,)

    @extend_schema(
        request=ReadAllSerializer,
        responses={200: MarkedSerializer},
        examples=shown(
            requests={"What has been seen": {"up_to": examples.NOTIFICATION["id"]}, "Everything": {}},
            answers={200: {"marked": 3}},
        ),
    )
    def post(self, request: Request) -> Response:
        up_to = self.parse(ReadAllSerializer).get("up_to")
        return Response({"marked": services.mark_all_read(user_id=self.caller_id, up_to=up_to, now=clock.now())})


class UnreadCountView(Endpoint):
    """Count your unread notifications."""

    audience = Audience.SELF

    @extend_schema(responses={200: UnreadSerializer}, examples=shown(answers={200: {"unread": 3}}))
    def get(self, request: Request) -> Response:
        unread: dict[str, Any] = {"unread": selectors.unread_count(user_id=self.caller_id)}
        return Response(unread)
