"""The routes of API keys, below /api/v1/api-keys/."""

from django.urls import path

from tenon.platform.api_keys.api.views.keys import ApiKeysView, ApiKeyView, RotationView
from tenon.platform.api_keys.api.views.own import CurrentView, ScopesView

app_name = "api_keys"

urlpatterns = [
    path("", ApiKeysView.as_view(), name="keys"),
    path("current/", CurrentView.as_view(), name="current"),
    path("scopes/", ScopesView.as_view(), name="scopes"),
    path("<uuid:key_id>/", ApiKeyView.as_view(), name="key"),
    path("<uuid:key_id>/rotation/", RotationView.as_view(), name="rotation"),
]
