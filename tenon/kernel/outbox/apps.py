"""Makes every app's events, handlers and tasks known when the apps are ready."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from tenon.kernel import workers
from tenon.kernel.outbox import registry


class OutboxConfig(AppConfig):
    name = "tenon.kernel.outbox"
    label = "outbox"

    def ready(self) -> None:
        autodiscover_modules("events", "handlers", "tasks")
        registry.verify()
        workers.register("relay", _relay)


def _relay() -> workers.Worker:
    from tenon.kernel.outbox.worker import Relay

    return Relay()
