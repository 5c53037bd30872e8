"""The one connection to Redis, with short timeouts and a circuit breaker: a lost Redis costs a moment, once."""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT = 0.2
PAUSE = 1.0  # seconds without a further attempt after a failure

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_closed_until = 0.0


class RedisLost(Exception):
    """Redis did not answer, or was left alone because it lately did not."""


def configured() -> bool:
    return bool(settings.REDIS_URL)


def call(work: Callable[[redis.Redis], _T]) -> _T:
    """`work` with the client. Raises RedisLost within TIMEOUT, or at once while the breaker is open."""
    global _closed_until
    if time.monotonic() < _closed_until:
        raise RedisLost
    try:
        return work(client(settings.REDIS_URL))
    except redis.RedisError as error:
        _closed_until = time.monotonic() + PAUSE
        _log.error("redis_lost", extra={"error": type(error).__name__})
        raise RedisLost from error


@lru_cache(maxsize=8)
def client(url: str) -> redis.Redis:
    """A thread-safe client with its own pool.

    A broken connection is tried once again, since after a restart each pooled one is broken; a timeout is not.
    """
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def close_breaker() -> None:
    """Try Redis again at once."""
    global _closed_until
    _closed_until = 0.0
