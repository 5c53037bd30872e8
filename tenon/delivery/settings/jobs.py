"""Where jobs run: in the relay itself, or in the worker processes of a broker."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

SCHEMES = ("redis", "rediss", "amqp", "amqps")


def from_environment(env: Env) -> dict[str, Any]:
    """The settings of the broker. Raises ImproperlyConfigured, naming the variable."""
    url = env.text("CELERY_BROKER_URL")
    if url and urlsplit(url).scheme not in SCHEMES:
        raise ImproperlyConfigured(f"CELERY_BROKER_URL begins with {', '.join(SCHEMES)} and ://.")
    return {
        "CELERY_BROKER_URL": url,
        "CELERY_QUEUE": env.text("CELERY_QUEUE", default="tenon"),
        "CELERY_QUEUES": env.items("CELERY_QUEUES"),
        "CELERY_IN_FLIGHT": env.integer("CELERY_IN_FLIGHT", default=500, minimum=1),
        "CELERY_CONCURRENCY": env.integer("CELERY_CONCURRENCY", default=os.cpu_count() or 1, minimum=1),
    }
