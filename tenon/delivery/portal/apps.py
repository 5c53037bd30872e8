"""The portal as Django apps: our site in the place of Django's own, and our templates."""

from django.apps import AppConfig
from django.contrib.admin import apps as django_admin


class PortalConfig(AppConfig):
    """The templates; before unfold, so that ours are found first."""

    name = "tenon.delivery.portal"
    label = "portal"
    default = True


class PortalAdminConfig(django_admin.AdminConfig):
    """`django.contrib.admin` with our site."""

    default_site = "tenon.delivery.portal.site.PortalSite"
    default = False
