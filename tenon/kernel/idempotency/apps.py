"""The app of the stored answers."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "tenon.kernel.idempotency"
    label = "idempotency"

    def ready(self) -> None:
        from tenon.kernel.idempotency import holding
        from tenon.kernel.personal_data.registry import Holding, register

        register(Holding(name="idempotency", export=holding.export, erase=holding.erase))
