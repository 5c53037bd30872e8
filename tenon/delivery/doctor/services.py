"""What stands beside the database: Redis, the mail provider, the outbox, the disk."""

import shutil
import socket
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.doctor.findings import Finding, broken, fine, note, warning
from tenon.kernel import clock, redis_client
from tenon.kernel.observability.health import MAX_LAG
from tenon.kernel.outbox import backlog

PATIENCE = 3  # seconds for a provider to take a connection
LITTLE, TOO_LITTLE = 1 << 30, 100 << 20  # bytes


def redis() -> Iterable[Finding]:
    """Redis, where it is configured."""
    if not redis_client.configured():
        yield note("Redis", "none: the database counts limits, each process caches for itself")
        return
    where = _host_and_port(settings.REDIS_URL, default=6379)
    try:
        version = redis_client.client(settings.REDIS_URL).info("server")["redis_version"]
    except Exception as fault:  # noqa: BLE001 - refused, wrong password, no such host: the operator is told the kind
        advice = "Start Redis, or correct REDIS_URL. Until then the database counts, and other limits are open."
        yield broken("Redis", f"does not answer at {where[0]}:{where[1]} ({type(fault).__name__})", advice)
    else:
        yield fine("Redis", f"{version} answers at {where[0]}:{where[1]}")


def letters() -> Iterable[Finding]:
    """The mail provider: which one, and whether it takes connections."""
    backend = settings.EMAIL_BACKEND
    if backend.endswith("console.EmailBackend"):
        yield note(
            "Mail", "printed in the terminal, and delivered to nobody", "Set EMAIL_PROVIDER before people use it."
        )
        return
    try:
        where = _mail_server()
    except ImproperlyConfigured as fault:
        yield broken("Mail", f"{settings.EMAIL_PROVIDER} lacks a setting", str(fault).partition("\n")[0])
        return
    if where is None:
        yield fine("Mail", f"by {backend}, which connects to nowhere")
        return
    host, port = where
    try:
        socket.create_connection(where, timeout=PATIENCE).close()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        advice = "Check the address and the firewall. Letters wait in the outbox and are tried again."
        yield broken("Mail", f"{settings.EMAIL_PROVIDER}: {host}:{port} cannot be reached ({reason})", advice)
    else:
        said = f"{settings.EMAIL_PROVIDER}: {host}:{port} takes connections; from {settings.DEFAULT_FROM_EMAIL}"
        yield fine("Mail", said)


def outbox() -> Iterable[Finding]:
    """Whether a relay delivers what is due."""
    state = backlog.measure(now=clock.now())
    if state.lag > MAX_LAG:
        said = f"{state.due} due, the oldest for {int(state.lag.total_seconds())} s: no relay gets on with it"
        yield broken("Outbox", said, "Start `make run`, or `manage.py relay`; its log says why it does not get on.")
    else:
        yield fine("Outbox", f"{state.due} due, {state.in_progress} in progress, {state.later} later")
    if state.dead:
        said = f"{state.dead} failed for good"
        yield warning(
            "Dead letters", said, "See `manage.py outbox dead`, and `manage.py outbox retry` once it is mended."
        )


def disk() -> Iterable[Finding]:
    """Room where the data is kept."""
    folder = Path(settings.BASE_DIR) / "var"
    place = folder if folder.exists() else folder.parent
    free = shutil.disk_usage(place).free
    said = f"{free / (1 << 30):.1f} GiB free for {place.name}/"
    if free < TOO_LITTLE:
        yield broken("Disk", said, "Make room: databases lose nothing on a full disk, but take nothing either.")
    elif free < LITTLE:
        yield warning("Disk", said, "Make room soon.")
    else:
        yield fine("Disk", said)


def _mail_server() -> tuple[str, int] | None:
    connection = mail.get_connection()
    if address := getattr(connection, "api_url", ""):
        return _host_and_port(address, default=443)
    if (host := getattr(connection, "host", "")) and (port := getattr(connection, "port", 0)):
        return str(host), int(port)
    return None


def _host_and_port(url: str, *, default: int) -> tuple[str, int]:
    """Of an address that may hold a password."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or default
