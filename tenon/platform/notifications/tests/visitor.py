"""A client of the socket's application, without a server between them."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from tenon.platform.notifications.consumers import Sockets

HEADERS = [(b"host", b"testserver")]


class Visitor:
    """One connection: what is sent to it is read by `heard`."""

    def __init__(self, sockets: Sockets, *, headers: Iterable[tuple[bytes, bytes]] = HEADERS, token: str = "") -> None:
        self._inwards: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outwards: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": "/ws/notifications/",
            "headers": list(headers),
            "subprotocols": ["bearer", token] if token else [],
        }
        self._inwards.put_nowait({"type": "websocket.connect"})
        self.stuck = asyncio.Event()
        self.stuck.set()
        self._task = asyncio.create_task(sockets(scope, self._inwards.get, self._send))

    async def _send(self, message: Any) -> None:
        await self.stuck.wait()
        self._outwards.put_nowait(dict(message))

    def say(self, *, raw: dict[str, Any] | None = None, **message: Any) -> None:
        """Send one message."""
        self._inwards.put_nowait({"type": "websocket.receive", **(raw or {"text": json.dumps(message)})})

    async def event(self) -> dict[str, Any]:
        """The next event of the protocol: accept, send or close."""
        async with asyncio.timeout(10):
            return await self._outwards.get()

    async def heard(self) -> dict[str, Any]:
        """The next message."""
        event = await self.event()
        assert event["type"] == "websocket.send", event
        found: dict[str, Any] = json.loads(event["text"])
        return found

    async def closed(self) -> int:
        """The code that it is closed with; what was sent before is passed over."""
        while (event := await self.event())["type"] != "websocket.close":
            pass
        await self._task
        return int(event["code"])

    async def leave(self) -> None:
        """Close it, and wait until that is known."""
        self._inwards.put_nowait({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(10):
            await self._task

    def nothing_more(self) -> bool:
        """Whether nothing has been sent that was not read."""
        return self._outwards.empty()
