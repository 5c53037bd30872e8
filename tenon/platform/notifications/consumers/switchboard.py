"""Who is connected to this process, and what each of them is to be sent.

The database is the truth: every second the switchboard asks for the newest positions of everybody who is connected, and
reads on for whom there is more. A hint over the channel layer only makes it look at once. So a lost hint, a lost Redis
or a process that knows of no layer costs a second, and no notification.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import close_old_connections, connections

from tenon.kernel import clock
from tenon.platform.identity import selectors as identity
from tenon.platform.notifications import selectors
from tenon.platform.notifications.consumers import protocol
from tenon.platform.notifications.consumers.connections import Connection
from tenon.platform.notifications.consumers.protocol import Close
from tenon.platform.notifications.services import sockets

logger = structlog.get_logger("tenon.notifications")

POLL_SECONDS = 1.0
SESSIONS_SECONDS = 5.0
HEARTBEAT_SECONDS = 30.0
GIVEN_UP_SECONDS = 75.0
REJOIN_SECONDS = 3600.0  # a group of the Redis layer forgets a member after a day
CANCEL_SECONDS = 1.0
BATCH = 100
MOST_OF_ONE = 10
STRANGERS = 4  # one in so many connections may be one without a token

_T = TypeVar("_T")


class Switchboard:
    """The connections of one process; everything but the questions to the database happens on its event loop."""

    def __init__(self) -> None:
        self._of: dict[UUID, set[Connection]] = {}
        self._woken: set[UUID] = set()
        self._something = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        # One thread, and so one connection to the database.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sockets")
        self._sessions_seen = 0.0
        self.held = self.strangers = 0

    async def start(self) -> None:
        """From now on, hints are heard and the database is looked at."""
        sockets.use_loop(asyncio.get_running_loop())
        self._tasks = [asyncio.create_task(self._forever(each)) for each in (self._listen, self._pump, self._look)]

    async def stop(self) -> None:
        """Send everybody away; they come back elsewhere, and read on from where they were."""
        sockets.use_loop(None)
        pending = set(self._tasks)
        while pending:
            # Again and again: a layer that is just receiving may keep a cancellation to itself.
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=CANCEL_SECONDS)
        for connection in self.everybody():
            connection.end(Close.GOING_AWAY, "the server stops")
        await self.ask(connections.close_all)
        self._thread.shutdown(wait=False)

    def everybody(self) -> list[Connection]:
        """All who are connected and known."""
        return [connection for connections_of in self._of.values() for connection in connections_of]

    def enter(self, connection: Connection) -> bool:
        """Take in a connection; False where its person has as many as one may have."""
        mine = self._of.setdefault(connection.caller.user_id, set())
        if len(mine) >= MOST_OF_ONE:
            return False
        mine.add(connection)
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        user_id = connection.caller.user_id
        mine = self._of.get(user_id, set())
        mine.discard(connection)
        if not mine:
            self._of.pop(user_id, None)

    def wake(self, user_ids: Iterable[UUID]) -> None:
        """Look whether there is more for these people, as soon as possible."""
        self._woken.update(self._of.keys() & set(user_ids))
        if self._woken:
            self._something.set()

    async def ask(self, question: Callable[..., _T], *args: Any) -> _T:
        """Run what asks the database in the switchboard's thread."""

        def answered() -> _T:
            close_old_connections()
            return question(*args)

        return await asyncio.get_running_loop().run_in_executor(self._thread, answered)

    async def _forever(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except Exception as error:  # noqa: BLE001 (nothing but a stop may end it: it is tried again)
                logger.warning("sockets_disturbed", step=step.__name__, error=type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        while True:
            await layer.group_add(sockets.GROUP, channel)
            with suppress(TimeoutError):
                async with asyncio.timeout(REJOIN_SECONDS):
                    while True:
                        self._take(await layer.receive(channel))

    def _take(self, hint: dict[str, Any]) -> None:
        if "session_id" in hint:
            self._end_sessions({UUID(hint["session_id"])})
        self.wake(UUID(each) for each in hint.get("user_ids", ()))

    async def _pump(self) -> None:
        await self._something.wait()
        self._something.clear()
        woken, self._woken = self._woken, set()
        try:
            await self._read_on([each for user_id in woken for each in self._of.get(user_id, ())])
        except BaseException:
            self._woken |= woken
            self._something.set()
            raise

    async def _read_on(self, due: Sequence[Connection]) -> None:
        for start in range(0, len(due), BATCH):
            batch = []
            for connection in due[start : start + BATCH]:
                if connection.can_take:
                    batch.append(connection)
                else:
                    connection.behind = True
            places = [(each.caller.user_id, each.position) for each in batch]
            for connection, rows in zip(batch, await self.ask(_rows, places), strict=True):
                connection.hand(rows)

    async def _look(self) -> None:
        """Once: what has come and gone without a hint."""
        started = time.monotonic()
        if self._of:
            newest = await self.ask(selectors.last_positions, list(self._of))
            self.wake(
                user_id
                for user_id, position in newest.items()
                if any(each.position is not None and each.position < position for each in self._of.get(user_id, ()))
            )
            if started - self._sessions_seen >= SESSIONS_SECONDS:
                self._sessions_seen = started
                sessions = {each.caller.session_id for each in self.everybody()}
                self._end_sessions(sessions - await self.ask(_live, sessions))
            self._look_after(time.monotonic())
        await asyncio.sleep(POLL_SECONDS)

    def _look_after(self, now: float) -> None:
        """Ping whoever was not heard of for a while, and end what is silent for good or no longer allowed."""
        instant = clock.now()
        for connection in self.everybody():
            silent = now - connection.heard_at
            if connection.caller.expires_at <= instant:
                connection.end(Close.UNAUTHENTICATED, "the token has expired")
            elif silent > GIVEN_UP_SECONDS:
                connection.end(Close.TIMEOUT, "no answer")
            elif silent > HEARTBEAT_SECONDS and not connection.pinged:
                connection.pinged = True
                connection.say(protocol.PING)

    def _end_sessions(self, session_ids: set[UUID]) -> None:
        for connection in self.everybody() if session_ids else ():
            if connection.caller.session_id in session_ids:
                connection.end(Close.UNAUTHENTICATED, "the session has ended")

    @property
    def is_full(self) -> bool:
        """Whether this process holds as many connections as it may."""
        return self.held >= settings.WEBSOCKET_MAX_CONNECTIONS

    @property
    def is_waited_in(self) -> bool:
        """Whether as many have yet to say who they are as may: so strangers leave room for whoever brings a token."""
        return self.strangers * STRANGERS >= settings.WEBSOCKET_MAX_CONNECTIONS


def _rows(places: Sequence[tuple[UUID, int]]) -> list[list[tuple[Any, ...]]]:
    return [selectors.since(user_id=user_id, position=position) for user_id, position in places]


def _live(session_ids: set[UUID]) -> set[UUID]:
    return identity.live_sessions(session_ids, now=clock.now())
