"""API keys as a Django app: it registers what it holds of the people who make keys."""

from django.apps import AppConfig

from tenon.kernel.personal_data.registry import Holding, register


class ApiKeysConfig(AppConfig):
    name = "tenon.platform.api_keys"
    label = "api_keys"

    def ready(self) -> None:
        from tenon.platform.api_keys import selectors, services

        register(Holding(name="api_keys", export=selectors.held_of, erase=services.forget))
