"""The composition root as an app, so that its commands and templates are found, and jobs go where settings say."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "tenon.delivery"
    label = "delivery"

    def ready(self) -> None:
        from tenon.delivery import broker

        broker.use()
