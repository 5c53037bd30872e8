"""The app of logs, metrics and health."""

from django.apps import AppConfig
from django.conf import settings

import tenon
from tenon.kernel.observability import logs, sentry


class ObservabilityConfig(AppConfig):
    name = "tenon.kernel.observability"
    label = "observability"

    def ready(self) -> None:
        logs.configure()
        if settings.SENTRY_DSN:
            sentry.start(dsn=settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT, release=tenon.__version__)
