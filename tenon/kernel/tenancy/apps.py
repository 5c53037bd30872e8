"""Tenancy as a Django app."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "tenon.kernel.tenancy"
    label = "tenancy"
