"""The worker: one ASGI process beside the API, for what runs on its own: whatever `kernel/workers` has registered.

Started by `make run` as `granian --interface asgi tenon.delivery.asgi:application`, with one worker. Its parts live
from the lifespan's startup to its shutdown; `GET /live/`, or `/health/live/` as on the API, says whether all do. With
WEBSOCKETS_ENABLED it holds the WebSockets of `settings.WEBSOCKET_ROUTES`, too; with WORKER_ONLY_SOCKETS nothing else.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tenon.delivery.loading import end_on_signals_while_loading

end_on_signals_while_loading()

import django  # noqa: E402 (loading it is what takes the time)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.production")
django.setup()

from django.conf import settings  # noqa: E402

from tenon.delivery.demo import check_published_logins  # noqa: E402 (the apps must be ready first)
from tenon.kernel import workers  # noqa: E402
from tenon.kernel.sockets import SocketRoutes, allow_many_files  # noqa: E402
from tenon.kernel.tenancy.startup import check_database_role  # noqa: E402

check_database_role()
check_published_logins()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_running: dict[str, workers.Worker] = {}
_sockets: list[SocketRoutes] = []


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Dispatch by protocol; the ASGI specification asks for an exception where one is not supported."""
    await _PROTOCOLS[scope["type"]](scope, receive, send)


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        if message["type"] == "lifespan.startup":
            for name, make in _parts().items():
                _running[name] = make()
                _running[name].start()
            if settings.WEBSOCKETS_ENABLED:
                allow_many_files()
                _sockets.append(SocketRoutes(settings.WEBSOCKET_ROUTES))
                await _sockets[0].start()
            await send({"type": "lifespan.startup.complete"})
    while _sockets:
        await _sockets.pop().stop()
    # In threads, so that whatever else this process serves goes on meanwhile, and all at once: each takes its time.
    await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in _running.values()))
    _running.clear()
    await send({"type": "lifespan.shutdown.complete"})


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"].rstrip("/") not in ("/live", "/health/live"):
        await _answer(send, 404, {"status": "not found"})
    elif ended := [name for name in _parts() if name not in _running or not _running[name].alive]:
        await _answer(send, 503, {"status": f"not running: {', '.join(ended)}"})
    else:
        await _answer(send, 200, {"status": "ok"})


async def _websocket(scope: Scope, receive: Receive, send: Send) -> None:
    if _sockets:
        await _sockets[0](scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1013})


def _parts() -> dict[str, Callable[[], workers.Worker]]:
    return {} if settings.WORKER_ONLY_SOCKETS else workers.registered()


async def _answer(send: Send, status: int, content: dict[str, str]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_PROTOCOLS: dict[str, Callable[[Scope, Receive, Send], Awaitable[None]]] = {
    "lifespan": _lifespan,
    "http": _http,
    "websocket": _websocket,
}
