"""The routes of notifications, below /api/v1/."""

from django.urls import path

from tenon.platform.notifications.api.views.devices import DevicesView, DeviceView
from tenon.platform.notifications.api.views.notifications import (
    NotificationsView,
    NotificationView,
    ReadAllView,
    ReadView,
    UnreadCountView,
)
from tenon.platform.notifications.api.views.preferences import PreferencesView, UnsubscribeView

app_name = "notifications"

urlpatterns = [
    path("notifications/", NotificationsView.as_view(), name="notifications"),
    path("notifications/unread-count/", UnreadCountView.as_view(), name="unread-count"),
    path("notifications/read-all/", ReadAllView.as_view(), name="read-all"),
    path("notifications/<uuid:notification_id>/", NotificationView.as_view(), name="notification"),
    path("notifications/<uuid:notification_id>/read/", ReadView.as_view(), name="read"),
    path("notification-preferences/", PreferencesView.as_view(), name="preferences"),
    path(
        "notification-preferences/unsubscribe/<str:unsubscription>/",
        UnsubscribeView.as_view(),
        name="unsubscribe",
    ),
    path("devices/", DevicesView.as_view(), name="devices"),
    path("devices/<uuid:device_id>/", DeviceView.as_view(), name="device"),
]
