"""Hints to the processes that hold WebSockets: who has something new, and which sign-in has ended.

A hint is a job, since a handler does no I/O. It may get lost: each process also looks at the database by itself.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

from tenon.kernel.outbox.publishing import enqueue

GROUP = "notifications"
WAKE_JOB, END_JOB = "notifications.wake", "notifications.end_sockets"
_loops: list[asyncio.AbstractEventLoop] = []


def wake(user_ids: Collection[UUID]) -> None:
    """Hint, once this transaction has committed, that these people have something new."""
    if settings.WEBSOCKETS_ENABLED:
        enqueue(WAKE_JOB, {"user_ids": list(user_ids)})


def end(*, session_id: UUID) -> None:
    """Hint, once this transaction has committed, that a sign-in has ended."""
    if settings.WEBSOCKETS_ENABLED:
        enqueue(END_JOB, {"session_id": session_id})


def use_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """From now on this process holds sockets, on `loop`; with None no longer."""
    _loops[:] = [] if loop is None else [loop]


def tell(message: Mapping[str, Any]) -> None:
    """Send a hint to every process that holds sockets. Outside of any transaction."""
    sending = get_channel_layer().group_send(GROUP, {"type": "hint", **message})
    if _loops:
        # The layer in memory belongs to the loop that listens, and wakes nobody from another one.
        asyncio.run_coroutine_threadsafe(sending, _loops[0]).result(timeout=10)
    else:
        async_to_sync(_awaited)(sending)


async def _awaited(sending: Any) -> None:
    await sending
