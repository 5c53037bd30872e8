"""The app of the webhooks, whose dispatcher runs in the worker process."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "tenon.platform.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from tenon.kernel import metrics, statistics, workers
        from tenon.kernel.personal_data.registry import Holding, register
        from tenon.platform.webhooks import selectors
        from tenon.platform.webhooks.services import holding
        from tenon.platform.webhooks.services.dispatcher import Dispatcher
        from tenon.platform.webhooks.services.measuring import WebhookCollector

        register(Holding(name="webhooks", export=selectors.made_by, erase=holding.forget))
        workers.register("webhooks", Dispatcher)
        statistics.register(*selectors.statistics())
        metrics.register_collector(WebhookCollector())
