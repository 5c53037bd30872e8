"""Django's CACHES: Redis where there is one, otherwise the process."""

from typing import Any


def caches(redis_url: str, *, prefix: str) -> dict[str, dict[str, Any]]:
    """CACHES for a Redis URL, which may be empty. No key begins otherwise than with `prefix`."""
    backend = "tenon.kernel.cache.ForgivingRedisCache" if redis_url else "django.core.cache.backends.locmem.LocMemCache"
    return {"default": {"BACKEND": backend, "LOCATION": redis_url, "KEY_PREFIX": f"{prefix}:cache"}}
