"""The routes of flags, below /api/v1/."""

from django.urls import path

from tenon.platform.flags.api.views import FeaturesView

app_name = "flags"

urlpatterns = [path("features/", FeaturesView.as_view(), name="features")]
