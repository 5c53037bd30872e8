"""The portal as Django apps: our site in the place of Django's own, and our templates."""

from django.apps import AppConfig
from django.contrib.admin import apps as django_admin

from tenon.kernel.personal_data import registry


class PortalConfig(AppConfig):
    """The templates; before unfold, so that ours are found first."""

    name = "tenon.delivery.portal"
    label = "portal"
    default = True

    def ready(self) -> None:
        from tenon.delivery.portal import history

        # Under the label of Django's admin, whose table it is.
        registry.register(registry.Holding(name="admin", export=history.held_of, erase=history.forget))


class PortalAdminConfig(django_admin.AdminConfig):
    """`django.contrib.admin` with our site."""

    default_site = "tenon.delivery.portal.site.PortalSite"
    default = False
