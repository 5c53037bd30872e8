"""Which addresses are called for customers: webhooks first of all."""

from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

# What a developer's own machine answers on.
LOOPBACK = ["127.0.0.0/8", "::1/128"]


def from_environment(env: Env, *, development: bool = False) -> dict[str, Any]:
    """The settings of `kernel/outgoing`: in development the machine itself may be called, on any port."""
    return {
        "OUTGOING_ALLOW_HTTP": env.flag("OUTGOING_ALLOW_HTTP", default=development),
        "OUTGOING_PORTS": _ports(env, default=["*"] if development else ["443"]),
        "OUTGOING_PRIVATE_NETWORKS": _networks(env, default=LOOPBACK if development else []),
    }


def _ports(env: Env, *, default: list[str]) -> list[str]:
    ports = env.items("OUTGOING_PORTS", default=default)
    for port in ports:
        if port != "*" and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
            raise ImproperlyConfigured(f"OUTGOING_PORTS must be ports or *, not {port!r}.")
    return ports


def _networks(env: Env, *, default: list[str]) -> list[str]:
    networks = env.items("OUTGOING_PRIVATE_NETWORKS", default=default)
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise ImproperlyConfigured(f"OUTGOING_PRIVATE_NETWORKS must be networks, not {network!r}.") from None
    return networks
