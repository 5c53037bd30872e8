"""The routes of the feed, below /api/v1/."""

from django.urls import path

from tenon.kernel.feed.views import EventsView, EventTypesView

app_name = "feed"

urlpatterns = [
    path("events/", EventsView.as_view(), name="events"),
    path("event-types/", EventTypesView.as_view(), name="event-types"),
]
