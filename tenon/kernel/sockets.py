"""WebSockets by path: each is an application that lives as long as its process."""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol

from django.utils.module_loading import import_string

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Socket(Protocol):
    """An ASGI application of WebSockets that is started and stopped on the loop that serves."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class SocketRoutes:
    """The applications that `routes` names, by path; a path is served with and without its last slash."""

    def __init__(self, routes: Mapping[str, str]) -> None:
        self._applications: dict[str, Socket] = {path: import_string(name)() for path, name in routes.items()}

    async def start(self) -> None:
        await asyncio.gather(*(application.start() for application in self._applications.values()))

    async def stop(self) -> None:
        await asyncio.gather(*(application.stop() for application in self._applications.values()))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        application = self._applications.get(f"{scope['path'].rstrip('/')}/")
        if application is not None:
            await application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 4404})  # before it is accepted: answered with 403


def allow_many_files() -> None:
    """Each connection is an open file: use as many as the operating system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
