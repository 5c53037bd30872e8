"""Whose shop a request is about that names no organization."""

import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def from_environment(env: Env) -> dict[str, Any]:
    """The settings of `organizations.selectors.visiting`: host name -> slug, and the domain below which slugs stand."""
    domain = env.text("STOREFRONT_DOMAIN").lower()
    if domain and not _HOST.fullmatch(domain):
        raise ImproperlyConfigured(f"STOREFRONT_DOMAIN must be a host name, not {domain!r}.")
    return {
        "STOREFRONT_DOMAIN": domain,
        "STOREFRONT_HOSTS": dict(_pair(item) for item in env.items("STOREFRONT_HOSTS")),
    }


def _pair(item: str) -> tuple[str, str]:
    host, _equals, slug = (part.strip() for part in item.lower().partition("="))
    if not slug or not _HOST.fullmatch(host):
        raise ImproperlyConfigured(f"STOREFRONT_HOSTS must read like shop.example.com=acme, not {item!r}.")
    return host, slug
