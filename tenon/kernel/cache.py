"""A namespaced cache of JSON values, in Redis or in the process. A lost Redis is a miss, never an error."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import orjson
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from tenon.kernel import redis_client
from tenon.kernel.redis_client import RedisLost


class Namespace:
    """Keys of one kind. Values are what JSON can say, and come back as JSON says them, whichever cache holds them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, key: str) -> Any | None:
        """The value under `key`, or None."""
        text = cache.get(self._key(key))
        return None if text is None else orjson.loads(text)

    def set(self, key: str, value: Any, *, seconds: int) -> None:
        cache.set(self._key(key), orjson.dumps(value).decode(), timeout=seconds)

    def delete(self, key: str) -> None:
        cache.delete(self._key(key))

    def get_or_set(self, key: str, compute: Callable[[], Any], *, seconds: int) -> Any:
        """The value under `key`; where there is none, what `compute` returns, kept for `seconds`."""
        text = cache.get(self._key(key))
        if text is None:
            text = orjson.dumps(compute()).decode()
            cache.set(self._key(key), text, timeout=seconds)
        return orjson.loads(text)

    def _key(self, key: str) -> str:
        return f"{self.name}:{key}"


api_cache = Namespace("api")


class JsonSerializer:
    """JSON instead of pickle: who can write to Redis must not be able to run code here."""

    def dumps(self, value: Any) -> bytes | int:
        return value if type(value) is int else orjson.dumps(value)

    def loads(self, data: bytes) -> Any:
        return orjson.loads(data)


def _or(lost: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a method of the client answer `lost` when Redis is lost."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def forgiving(*args: Any, **kwargs: Any) -> Any:
            try:
                return redis_client.call(lambda _: method(*args, **kwargs))
            except RedisLost:
                return lost

        return forgiving

    return decorate


class ForgivingClient(RedisCacheClient):
    """Django's Redis cache on the house's one connection, with its timeouts and its breaker."""

    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:
        return redis_client.client(settings.REDIS_URL)

    add = _or(False)(RedisCacheClient.add)
    set = _or(None)(RedisCacheClient.set)
    touch = _or(False)(RedisCacheClient.touch)
    delete = _or(False)(RedisCacheClient.delete)
    get_many = _or({})(RedisCacheClient.get_many)
    has_key = _or(False)(RedisCacheClient.has_key)
    set_many = _or(None)(RedisCacheClient.set_many)
    delete_many = _or(None)(RedisCacheClient.delete_many)

    def get(self, key: Any, default: Any) -> Any:
        return _or(default)(super().get)(key, default)

    def incr(self, key: Any, delta: int) -> int:
        """Raises ValueError for a key that is not there, and a lost Redis has no keys."""
        counted: int | None = _or(None)(super().incr)(key, delta)
        if counted is None:
            raise ValueError(f"Key {key!r} not found.")
        return counted


class ForgivingRedisCache(RedisCache):
    """The backend for settings.CACHES; LOCATION is REDIS_URL."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {"serializer": JsonSerializer}})
        self._class = ForgivingClient

    def clear(self) -> None:
        """Forget the keys of the cache; Django's own would empty the whole Redis, counters of limits included."""
        with suppress(RedisLost):
            redis_client.call(self._forget)

    def _forget(self, client: redis.Redis) -> None:
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.delete(key)
