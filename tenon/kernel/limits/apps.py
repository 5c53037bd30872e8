"""The app of the counters."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "tenon.kernel.limits"
    label = "limits"
    default_auto_field = "django.db.models.BigAutoField"
