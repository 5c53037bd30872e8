"""Telling a broker of jobs, by Celery: a message holds the id of an outbox row, and nothing of what is to be done.

There is one task for all jobs. Whoever runs it takes the row over from the outbox, and settles it there as the relay
does: by the same attempts, pauses and dead letters. So a message may be lost, come twice or come late.
"""

import ssl
from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from celery import Celery
from django.conf import settings
from kombu import Connection, Queue

from tenon.kernel import clock
from tenon.kernel.outbox import handover, registry, relay
from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.models import Entry

logger = structlog.get_logger("tenon.outbox")

TASK = "tenon.run"
PATIENCE = 2  # seconds for the broker to take a connection
SILENCE = 5  # seconds for it to answer
LEAST_VISIBILITY = 3600  # seconds after which Redis gives a message to another worker


def use() -> None:
    """Hand jobs over from now on, where CELERY_BROKER_URL names a broker."""
    if settings.CELERY_BROKER_URL:
        handover.register(publish, in_flight=settings.CELERY_IN_FLIGHT)


@lru_cache(maxsize=1)
def application() -> Celery:
    """The Celery application with its one task, as the settings say."""
    app = Celery("tenon", set_as_current=False)
    app.conf.update(configuration())
    app.task(name=TASK)(run)
    return app


def configuration() -> dict[str, Any]:
    """Celery's own settings."""
    return {
        "broker_url": settings.CELERY_BROKER_URL,
        "broker_connection_timeout": PATIENCE,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # for ever: the outbox keeps what waits
        "broker_heartbeat": 30,
        "broker_transport_options": _transport_options(),
        "broker_use_ssl": _tls(),
        "task_default_queue": settings.CELERY_QUEUE,
        "task_queues": [Queue(name) for name in queues()],
        "task_create_missing_queues": False,
        "task_default_delivery_mode": "transient",  # the outbox is what survives
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }


def queues() -> list[str]:
    """All queues, the one for whatever has none of its own first."""
    return [settings.CELERY_QUEUE, *(f"{settings.CELERY_QUEUE}.{prefix}" for prefix in settings.CELERY_QUEUES)]


def queue_of(name: str) -> str:
    """Where jobs of this name lie: `mail.deliver` in the queue `tenon.mail`, if CELERY_QUEUES names `mail`."""
    prefix = name.partition(".")[0]
    return f"{settings.CELERY_QUEUE}.{prefix}" if prefix in settings.CELERY_QUEUES else settings.CELERY_QUEUE


def run(entry_id: str) -> None:
    """Celery's one task: the job of this outbox row, if it is still there to be taken."""
    relay.run_handed_over(UUID(entry_id), now=clock.now())


def publish(entries: Sequence[Entry]) -> int:
    """Tell the broker of rows; returns how many it took. Its own failures are logged by their kind and not raised."""
    taken = 0
    try:
        # A connection for each batch: one that was kept would be found broken by the batch that needed it.
        with connection() as open_connection:
            app = application()
            producer = app.amqp.Producer(open_connection, auto_declare=False)
            for entry in entries:
                app.tasks[TASK].apply_async(
                    (str(entry.id),),
                    producer=producer,
                    queue=queue_of(entry.name),
                    retry=False,
                    # When the row comes due again, this message is of no more use.
                    expires=settings.OUTBOX_LEASE_SECONDS,
                    # The lease's end is also the job's, so that it never runs twice at a time.
                    time_limit=lease_seconds(entry.name),
                )
                taken += 1
    except Exception as error:  # noqa: BLE001 - each transport fails in its own words, which may quote the password
        logger.warning("broker_refused", error=type(error).__name__)
    return taken


def connection() -> Connection:
    """A connection that is open, and gives up soon. Raises what the transport raises."""
    options = _transport_options() | {"max_retries": 0}
    if _is_amqp():
        options |= {"read_timeout": SILENCE, "write_timeout": SILENCE, "confirm_publish": True}
    else:
        options |= {"socket_timeout": SILENCE, "socket_connect_timeout": PATIENCE}
    opened: Connection = application().connection_for_write(connect_timeout=PATIENCE, transport_options=options)
    try:
        return opened.ensure_connection(max_retries=0, timeout=PATIENCE)
    except BaseException:
        opened.release()
        raise


def lease_seconds(name: str) -> int:
    """How long a job of this name may take."""
    try:
        lease = registry.job_named(name).lease
    except UnknownName:
        lease = None
    return ceil(lease.total_seconds()) if lease else int(settings.OUTBOX_LEASE_SECONDS)


def _transport_options() -> dict[str, Any]:
    if _is_amqp():
        return {}
    # Longer than any job may take: a message that comes back earlier would only be dropped, but for nothing.
    longest = max([lease_seconds(job.name) for job in registry.jobs()], default=0)
    return {"visibility_timeout": max(LEAST_VISIBILITY, longest + 60)}


def _tls() -> dict[str, Any] | None:
    """Over amqps the certificate is checked, but for whose it is only where the host is named; over rediss it is."""
    parts = urlsplit(settings.CELERY_BROKER_URL)
    return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": parts.hostname} if parts.scheme == "amqps" else None


def _is_amqp() -> bool:
    return urlsplit(settings.CELERY_BROKER_URL).scheme.startswith("amqp")
