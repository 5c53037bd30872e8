"""Hearing from Redis that flags have changed, in a thread of its own."""

import logging
import threading
from collections.abc import Callable

import redis
from django.conf import settings

from tenon.kernel import redis_client
from tenon.kernel.redis_client import RedisLost

_PAUSE = 1.0  # seconds before the next attempt
_log = logging.getLogger(__name__)


def channel() -> str:
    """Where changes are told."""
    return f"{settings.REDIS_KEY_PREFIX}:flags"


def tell() -> None:
    """Let every process know. A lost Redis is no error: processes ask by themselves then."""
    if redis_client.configured():
        try:
            redis_client.call(lambda client: client.publish(channel(), "changed"))
        except RedisLost:
            _log.warning("flags_not_told")


class Listener:
    """Calls `changed` with each message, and whenever messages may have been missed."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.hears = False
        self._changed = changed
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flags", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and wait for it."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (redis.RedisError, OSError):
                # Ask by oneself, at once and from now on.
                self.hears = False
                self._changed()
                self._stopped.wait(_PAUSE)

    def _listen(self) -> None:
        timeout = redis_client.TIMEOUT
        with (
            redis.Redis.from_url(
                settings.REDIS_URL, socket_timeout=timeout, socket_connect_timeout=timeout, health_check_interval=5
            ) as client,
            client.pubsub(ignore_subscribe_messages=True) as messages,
        ):
            messages.subscribe(channel())
            messages.get_message(timeout=timeout)  # the confirmation: what comes after is heard
            self.hears = True
            self._changed()
            while not self._stopped.is_set():
                if messages.get_message(timeout=0.1) is not None:
                    self._changed()
