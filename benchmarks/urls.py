"""The project's routes and one more: a view that does nothing after the same authentication."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.urls import urlpatterns as routes
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint


class EmptyView(Endpoint):
    """Authenticate and answer an empty object: the floor that other views are compared with."""

    audience = Audience.SELF

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [path("benchmark/empty/", EmptyView.as_view()), *routes]
