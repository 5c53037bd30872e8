"""The ASGI application of `/ws/notifications/`: one call for each connection."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from tenon.kernel import clock
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.notifications import selectors
from tenon.platform.notifications.consumers import origins, protocol
from tenon.platform.notifications.consumers.connections import Caller, Connection
from tenon.platform.notifications.consumers.protocol import Close, Ended
from tenon.platform.notifications.consumers.switchboard import MOST_OF_ONE, Switchboard

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

AUTHENTICATE_SECONDS = 5.0
SEND_SECONDS = 10.0
MINUTE, MOST_SAID = 60.0, 120  # messages of one client


class Sockets:
    """Start it on the loop that serves, call it for each connection, stop it at the end."""

    def __init__(self) -> None:
        self.board = Switchboard()

    async def start(self) -> None:
        """From now on notifications are sent to who is connected."""
        await self.board.start()

    async def stop(self) -> None:
        """Everybody is sent away."""
        await self.board.stop()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if not origins.may_connect(scope["headers"]):
            return await _close(send, Close.FORBIDDEN, "")
        if self.board.is_full:
            return await _close(send, Close.TRY_LATER, "")
        # A token is never taken from the address, which ends up in logs.
        offered = scope.get("subprotocols") or []
        token = offered[1] if len(offered) == 2 and offered[0] == protocol.SUBPROTOCOL else ""
        if not token and self.board.is_waited_in:
            return await _close(send, Close.TRY_LATER, "")
        self.board.held += 1
        try:
            await send({"type": "websocket.accept", "subprotocol": protocol.SUBPROTOCOL if token else None})
            await _Visit(self.board, receive, send).run(token)
        except Ended as end:
            await _close(send, end.code, end.reason)
        except _Gone:
            pass
        finally:
            self.board.held -= 1
        return None


class _Gone(Exception):
    """The client has closed the connection."""


class _Visit:
    """One connection, from its acceptance to its end."""

    def __init__(self, board: Switchboard, receive: Receive, send: Send) -> None:
        self._board, self._receive, self._send = board, receive, send
        self._said_since, self._said = time.monotonic(), 0

    async def run(self, token: str) -> None:
        """Raises Ended, and _Gone."""
        token = token or await self._awaited_token()
        connection = Connection(await self._caller(token), heard_at=time.monotonic())
        if not self._board.enter(connection):
            raise Ended(Close.TOO_MANY, f"at most {MOST_OF_ONE} connections of one person")
        try:
            connection.say(protocol.authenticated(expires_at=connection.caller.expires_at))
            await self._both(self._read(connection), self._write(connection))
        finally:
            self._board.leave(connection)

    async def _awaited_token(self) -> str:
        self._board.strangers += 1
        try:
            async with asyncio.timeout(AUTHENTICATE_SECONDS):
                return self._token_in(await self._next())
        except TimeoutError:
            raise Ended(Close.UNAUTHENTICATED, "no token") from None
        finally:
            self._board.strangers -= 1

    async def _both(self, *ways: Any) -> None:
        """Both directions, until one of them ends."""
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ended:
            if isinstance(end, Exception):
                raise end

    async def _read(self, connection: Connection) -> None:
        while True:
            said = await self._next()
            connection.heard_at, connection.pinged = time.monotonic(), False
            match said["type"]:
                case "authenticate":
                    await self._renew(connection, self._token_in(said))
                case "resume":
                    self._resume(connection, protocol.text_of(said, "cursor"))
                case "ping":
                    connection.say(protocol.PONG)
                case "pong":
                    pass
                case _:
                    raise Ended(Close.UNREADABLE, "authenticate, resume, ping or pong")

    async def _write(self, connection: Connection) -> None:
        while True:
            text = await connection.waiting.get()
            if connection.ended is not None:
                raise Ended(*connection.ended)
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._send({"type": "websocket.send", "text": text})
            except TimeoutError:
                raise Ended(Close.TIMEOUT, "what is sent is not read") from None
            if connection.behind and connection.waiting.empty():
                connection.behind = False
                self._board.wake([connection.caller.user_id])

    async def _next(self) -> dict[str, Any]:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise _Gone
        now = time.monotonic()
        if now - self._said_since > MINUTE:
            self._said_since, self._said = now, 0
        self._said += 1
        if self._said > MOST_SAID:
            raise Ended(Close.TOO_MANY, f"at most {MOST_SAID} messages a minute")
        return protocol.read(dict(message))

    @staticmethod
    def _token_in(said: dict[str, Any]) -> str:
        token = protocol.text_of(said, "token") if said["type"] == "authenticate" else ""
        if not token:
            raise Ended(Close.UNAUTHENTICATED, "authenticate first")
        return token

    async def _caller(self, token: str) -> Caller:
        try:
            return await self._board.ask(_identify, token)
        except InvalidToken:
            raise Ended(Close.UNAUTHENTICATED, "the token is not good") from None

    async def _renew(self, connection: Connection, token: str) -> None:
        caller = await self._caller(token)
        if caller.user_id != connection.caller.user_id:
            raise Ended(Close.UNAUTHENTICATED, "the token is another person's")
        connection.caller = caller
        connection.say(protocol.authenticated(expires_at=caller.expires_at))

    def _resume(self, connection: Connection, cursor: str) -> None:
        if connection.position is not None:
            raise Ended(Close.UNREADABLE, "resume once")
        user_id = connection.caller.user_id
        connection.position = protocol.position(cursor, user_id=user_id) if cursor else connection.caller.last_position
        self._board.wake([user_id])


def _identify(token: str) -> Caller:
    """Raises InvalidToken."""
    now = clock.now()
    claims = access_tokens.verify(token, now=now)
    if identity.signed_in_user(session_id=claims.session_id, user_id=claims.user_id, now=now) is None:
        raise InvalidToken
    newest = selectors.last_position(user_id=claims.user_id)
    return Caller(claims.user_id, claims.session_id, claims.expires_at, newest)


async def _close(send: Send, code: Close, reason: str) -> None:
    with suppress(Exception):  # it may be gone by now
        async with asyncio.timeout(SEND_SECONDS):
            await send({"type": "websocket.close", "code": int(code), "reason": reason})
