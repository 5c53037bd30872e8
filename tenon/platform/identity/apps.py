"""The app of accounts and sessions: it registers the system checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from tenon.platform.identity.checks import check_magic_links


class IdentityConfig(AppConfig):
    name = "tenon.platform.identity"
    label = "identity"

    def ready(self) -> None:
        register(check_magic_links, Tags.security, deploy=True)
