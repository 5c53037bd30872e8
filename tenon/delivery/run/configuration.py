"""What the environment says about how to serve."""

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

LOOPBACK = "127.0.0.1"
WILDCARDS = ("0.0.0.0", "::", "")  # nosec B104


@dataclass(frozen=True)
class Configuration:
    """Where the API and the worker listen, with how many processes and threads, and whether a demo is wanted.

    `jobs` is how many jobs a Celery worker runs at a time; 0 where no broker is named, and the relay runs them.
    `sockets` says that the worker holds WebSockets, and so is reached from wherever the API is.
    """

    host: str
    port: int
    worker_port: int
    workers: int
    threads: int
    demo: bool
    jobs: int = 0
    sockets: bool = False

    @property
    def worker_host(self) -> str:
        """Where the worker listens: for itself, unless it holds WebSockets."""
        return self.host if self.sockets else LOOPBACK

    @property
    def reachable_host(self) -> str:
        """`host`, or the loopback address where it stands for every address of this machine."""
        return LOOPBACK if self.host in WILDCARDS else self.host

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches the API."""
        return _is_loopback(self.host)

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the API."""
        return f"http://{self._bracketed}:{self.port}"

    @property
    def socket_address(self) -> str:
        """Where a browser on this machine finds the WebSockets."""
        return f"ws://{self._bracketed}:{self.worker_port}"

    @property
    def _bracketed(self) -> str:
        host = self.reachable_host
        return f"[{host}]" if ":" in host else host

    def answers(self) -> bool:
        """Whether the API and the worker both take connections yet."""
        worker = self.reachable_host if self.sockets else LOOPBACK
        try:
            for address in ((self.reachable_host, self.port), (worker, self.worker_port)):
                socket.create_connection(address, timeout=1).close()
        except OSError:
            return False
        return True


def read(env: Env, *, demo_by_default: bool, sockets: bool = False) -> Configuration:
    """Raises ImproperlyConfigured, naming the variable. Without DEMO, other machines are shown no demo."""
    host = env.text("HOST", default=LOOPBACK)
    demo = env.flag("DEMO", default=demo_by_default and _is_loopback(host))
    if demo and not _is_loopback(host):
        raise ImproperlyConfigured(f"DEMO must be off while HOST={host}: its passwords are published.")
    port = env.integer("PORT", default=8000, minimum=1)
    cores = os.cpu_count() or 1
    jobs = env.integer("CELERY_CONCURRENCY", default=cores, minimum=1) if env.text("CELERY_BROKER_URL") else 0
    return Configuration(
        host=host,
        port=port,
        worker_port=env.integer("WORKER_PORT", default=port + 1, minimum=1),
        workers=env.integer("API_WORKERS", default=cores, minimum=1),
        threads=env.integer("API_THREADS", default=4, minimum=1),
        demo=demo,
        jobs=jobs,
        sockets=sockets,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
