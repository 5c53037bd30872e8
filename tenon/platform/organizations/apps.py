from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "tenon.platform.organizations"
    label = "organizations"
