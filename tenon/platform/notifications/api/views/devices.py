"""The devices that take the caller's pushes."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.platform.notifications import selectors, services
from tenon.platform.notifications.api import examples
from tenon.platform.notifications.api.serializers import DeviceChangeSerializer, DeviceSerializer, NewDeviceSerializer


class DevicesView(Endpoint):
    """The caller's devices."""

    audience = Audience.SELF
    page = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="-created_at")

    @extend_schema(responses={200: DeviceSerializer(many=True)}, examples=shown(answers={200: examples.DEVICE}))
    def get(self, request: Request) -> Response:
        """List the devices that take your pushes."""
        return Response(self.page.paginate(request, selectors.devices_of(user_id=self.caller_id)))

    @extend_schema(
        request=NewDeviceSerializer,
        responses={200: DeviceSerializer, 201: DeviceSerializer},
        examples=shown(
            requests={"A phone": {"platform": "fcm", "token": examples.TOKEN, "name": "Ada’s phone"}},
            answers={201: examples.DEVICE, 200: examples.DEVICE},
        ),
    )
    def post(self, request: Request) -> Response:
        """Register this device for pushes.

        Call it at each start of the app: a token that is known is seen again (200). One that was another person's is
        yours alone from now on. Signing out ends the pushes of the session that registered it. The 21st device takes
        the place of the one unseen for longest.
        """
        asked = {"name": "", **self.parse(NewDeviceSerializer)}
        device, is_new = services.register_device(
            user_id=self.caller_id, session_id=self.principal.session_id, **asked, now=clock.now()
        )
        location = reverse("notifications:device", args=[device.pk])
        created = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(_shown(device), status=created, headers={"Location": location} if is_new else None)


class DeviceView(Endpoint):
    """One device."""

    audience = Audience.SELF

    @extend_schema(
        request=DeviceChangeSerializer,
        responses={200: DeviceSerializer},
        examples=shown(requests={"A new token": {"token": examples.TOKEN}}, answers={200: examples.DEVICE}),
    )
    def patch(self, request: Request, device_id: UUID) -> Response:
        """Change a device.

        Its token, as soon as the push service gives the app another one, or its name.
        """
        changes = self.parse(DeviceChangeSerializer)
        device = services.change_device(user_id=self.caller_id, device_id=device_id, changes=changes, now=clock.now())
        return Response(_shown(device))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, device_id: UUID) -> Response:
        """Send no more pushes to a device."""
        services.forget_device(user_id=self.caller_id, device_id=device_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(device: Any) -> dict[str, Any]:
    return dict(DeviceSerializer(device).data)
