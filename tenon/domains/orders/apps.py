"""The app of orders and payments."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "tenon.domains.orders"
    label = "orders"

    def ready(self) -> None:
        from tenon.domains.orders.selectors import holding as held
        from tenon.domains.orders.services import holding
        from tenon.kernel.personal_data.registry import Holding, register

        register(Holding(name="orders", export=held.held_of, erase=holding.forget))
