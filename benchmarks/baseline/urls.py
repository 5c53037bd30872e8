"""The baseline's routes, at the paths that ours have."""

from django.urls import path

from benchmarks.baseline.views import MemberViewSet, NotificationViewSet

READ = {"get": "list", "post": "create"}

urlpatterns = [
    path("api/v1/organizations/<uuid:organization_id>/members/", MemberViewSet.as_view(READ)),
    path("api/v1/notifications/", NotificationViewSet.as_view(READ)),
]
