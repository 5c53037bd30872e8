"""The app of accounts and sessions: it registers the system checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from tenon.kernel import statistics
from tenon.kernel.personal_data import registry
from tenon.platform.identity.checks import check_magic_links


class IdentityConfig(AppConfig):
    name = "tenon.platform.identity"
    label = "identity"

    def ready(self) -> None:
        from tenon.platform.identity import selectors
        from tenon.platform.identity.services import erasure

        statistics.register(*selectors.statistics())
        register(check_magic_links, Tags.security, deploy=True)
        registry.register(registry.Holding(name="identity", export=selectors.held_of, erase=erasure.forget, last=True))
