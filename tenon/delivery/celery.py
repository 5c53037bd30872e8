"""The workers' entrance: `celery -A tenon.delivery.celery worker`, where CELERY_BROKER_URL names a broker."""

import logging
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.production")
django.setup()

from celery.signals import setup_logging  # noqa: E402 (the apps must be ready first)
from django.conf import settings  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from tenon.delivery import broker  # noqa: E402
from tenon.delivery.demo import check_published_logins  # noqa: E402
from tenon.kernel.tenancy.startup import check_database_role  # noqa: E402

if not settings.CELERY_BROKER_URL:
    raise ImproperlyConfigured("CELERY_BROKER_URL names no broker; without one, the relay runs the jobs itself.")

check_database_role()
check_published_logins()


@setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Log as every other process does: that something listens keeps Celery from setting up its own.

    Of each message it would say twice what the outbox says of the row.
    """
    for name in ("celery.worker.strategy", "celery.worker.request", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


app = broker.application()
app.set_default()
