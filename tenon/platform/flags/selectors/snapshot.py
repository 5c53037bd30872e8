"""All flags, in the memory of this process, and how it learns that one has changed.

With REDIS_URL a thread listens for a message, which comes within milliseconds. Without it, or while Redis is lost, the
mark in the table of generations is asked for, at most once a second and only when somebody evaluates a flag; with it,
every half minute all the same, since a message may get lost. Whatever cannot be asked leaves the flags as last known.
"""

import logging
import os
import threading
import time
from collections.abc import Mapping
from uuid import UUID

from django.db import Error as DatabaseLost

from tenon.kernel import redis_client
from tenon.platform.flags.engines import definitions
from tenon.platform.flags.engines.evaluation import Definition
from tenon.platform.flags.models import Flag, Generation
from tenon.platform.flags.selectors.listening import Listener

POLL = 1.0
POLL_BESIDE_MESSAGES = 30.0

_log = logging.getLogger(__name__)
_COLUMNS = ("key", "is_enabled", "is_exposed", "rest", "sticky_by", "rules", "variants")


class Snapshot:
    """The flags as this process knows them."""

    def __init__(self) -> None:
        self._flags: Mapping[str, Definition] | None = None
        self._mark: UUID | None = None
        self._ask_at = 0.0
        self._asking = threading.Lock()
        self._listener: Listener | None = None

    def flags(self) -> Mapping[str, Definition] | None:
        """By key; None while they could never be read."""
        if time.monotonic() >= self._ask_at:
            self._ask()
        return self._flags

    def is_stale(self) -> None:
        """Something has changed: ask before the next evaluation."""
        self._ask_at = 0.0

    def forget(self) -> None:
        """Know nothing, and listen no more."""
        if self._listener is not None:
            self._listener.stop()
        self.__init__()  # type: ignore[misc]

    def _ask(self) -> None:
        # One thread asks; the others go on with what is known, unless nothing is.
        if not self._asking.acquire(blocking=self._flags is None):
            return
        try:
            if time.monotonic() >= self._ask_at:
                self._ask_at = time.monotonic() + (POLL_BESIDE_MESSAGES if self._hears() else POLL)
                self._read()
        except DatabaseLost as error:
            _log.error("flags_not_read", extra={"error": type(error).__name__})
        finally:
            self._asking.release()

    def _read(self) -> None:
        mark = Generation.objects.values_list("mark", flat=True).first()
        if self._flags is None or mark != self._mark:
            rows = Flag.objects.values(*_COLUMNS)
            self._flags = {row["key"]: definitions.compiled(**row) for row in rows}
            self._mark = mark

    def _hears(self) -> bool:
        if not redis_client.configured():
            return False
        if self._listener is None:
            self._listener = Listener(self.is_stale)
        return self._listener.hears


snapshot = Snapshot()
# Threads do not survive a fork, and a lock may be held in the middle of one.
os.register_at_fork(after_in_child=snapshot.__init__)  # type: ignore[misc]
