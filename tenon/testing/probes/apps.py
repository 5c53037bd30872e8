"""The probes as a Django app."""

from django.apps import AppConfig


class ProbesConfig(AppConfig):
    name = "tenon.testing.probes"
    label = "probes"
