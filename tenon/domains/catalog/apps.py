"""The app of the catalog."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "tenon.domains.catalog"
    label = "catalog"

    def ready(self) -> None:
        from tenon.domains.catalog import selectors
        from tenon.domains.catalog.services import holding
        from tenon.kernel import statistics
        from tenon.kernel.personal_data.registry import Holding, register

        register(Holding(name="catalog", export=selectors.kept_of, erase=holding.forget))
        statistics.register(*selectors.statistics())
