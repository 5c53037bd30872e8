"""Organizations as a Django app: it tells the kernel in which organization a request acts."""

from django.apps import AppConfig

from tenon.kernel import statistics
from tenon.kernel.http import acting
from tenon.kernel.personal_data.registry import Holding, register
from tenon.platform.organizations.errors import OrganizationRequired


class OrganizationsConfig(AppConfig):
    name = "tenon.platform.organizations"
    label = "organizations"

    def ready(self) -> None:
        from tenon.platform.organizations import selectors
        from tenon.platform.organizations.services import erasure

        statistics.register(*selectors.statistics())
        acting.register(selectors.acting, selectors.has_slug, selectors.visiting, raises=(OrganizationRequired,))
        register(Holding(name="organizations", export=selectors.held_of, erase=erasure.forget))
