"""Organizations as a Django app: it tells the kernel in which organization a request acts."""

from django.apps import AppConfig

from tenon.kernel.http import acting


class OrganizationsConfig(AppConfig):
    name = "tenon.platform.organizations"
    label = "organizations"

    def ready(self) -> None:
        from tenon.platform.organizations import selectors

        acting.register(selectors.acting)
