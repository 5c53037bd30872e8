"""The app of the feature flags: it registers where flags name people."""

from django.apps import AppConfig

from tenon.kernel.personal_data.registry import Holding, register


class FlagsConfig(AppConfig):
    name = "tenon.platform.flags"
    label = "flags"

    def ready(self) -> None:
        from tenon.platform.flags import selectors, services

        register(Holding(name="flags", export=selectors.held_of, erase=services.forget_person))
