"""The app of logs, metrics and health."""

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "tenon.kernel.observability"
    label = "observability"
