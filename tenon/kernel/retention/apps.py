"""The app of the purges and their reports."""

from django.apps import AppConfig

from tenon.kernel import metrics


class RetentionConfig(AppConfig):
    name = "tenon.kernel.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenon.kernel.retention.measuring import PurgeCollector

        metrics.register_collector(PurgeCollector())
