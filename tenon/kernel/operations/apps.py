"""The app of the operations."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "tenon.kernel.operations"
    label = "operations"

    def ready(self) -> None:
        from tenon.kernel.operations import holding
        from tenon.kernel.personal_data.registry import Holding, register

        register(Holding(name="operations", export=holding.export, erase=holding.erase))
