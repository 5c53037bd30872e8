"""Organizations as a Django app."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "tenon.platform.organizations"
    label = "organizations"
