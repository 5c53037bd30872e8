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
    """Where the API and the worker listen, with how many processes and threads, and whether a demo is wanted."""

    host: str
    port: int
    worker_port: int
    workers: int
    threads: int
    demo: bool

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
        host = self.reachable_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def answers(self) -> bool:
        """Whether the API and the worker both take connections yet."""
        try:
            for address in ((self.reachable_host, self.port), (LOOPBACK, self.worker_port)):
                socket.create_connection(address, timeout=1).close()
        except OSError:
            return False
        return True


def read(env: Env, *, demo_by_default: bool) -> Configuration:
    """Raises ImproperlyConfigured, naming the variable. Without DEMO, other machines are shown no demo."""
    host = env.text("HOST", default=LOOPBACK)
    demo = env.flag("DEMO", default=demo_by_default and _is_loopback(host))
    if demo and not _is_loopback(host):
        raise ImproperlyConfigured(f"DEMO must be off while HOST={host}: its passwords are published.")
    port = env.integer("PORT", default=8000, minimum=1)
    return Configuration(
        host=host,
        port=port,
        worker_port=env.integer("WORKER_PORT", default=port + 1, minimum=1),
        workers=env.integer("API_WORKERS", default=os.cpu_count() or 1, minimum=1),
        threads=env.integer("API_THREADS", default=4, minimum=1),
        demo=demo,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
