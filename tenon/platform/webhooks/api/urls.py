"""The routes of webhooks, below /api/v1/."""

from django.urls import path

from tenon.platform.webhooks.api.views.deliveries import DeliveriesView, DeliveryView, RecoveryView, RedeliveryView
from tenon.platform.webhooks.api.views.endpoints import EndpointsView, EndpointView, TestView
from tenon.platform.webhooks.api.views.secrets import RotationView, SecretView

app_name = "webhooks"

ONE = "webhooks/endpoints/<uuid:endpoint_id>/"

urlpatterns = [
    path("webhooks/endpoints/", EndpointsView.as_view(), name="endpoints"),
    path(ONE, EndpointView.as_view(), name="endpoint"),
    path(f"{ONE}secret/", SecretView.as_view(), name="secret"),
    path(f"{ONE}secret-rotation/", RotationView.as_view(), name="rotation"),
    path(f"{ONE}test/", TestView.as_view(), name="test"),
    path(f"{ONE}recovery/", RecoveryView.as_view(), name="recovery"),
    path(f"{ONE}deliveries/", DeliveriesView.as_view(), name="deliveries"),
    path("webhooks/deliveries/<uuid:delivery_id>/", DeliveryView.as_view(), name="delivery"),
    path("webhooks/deliveries/<uuid:delivery_id>/redelivery/", RedeliveryView.as_view(), name="redelivery"),
]
