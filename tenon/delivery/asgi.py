"""The worker: one ASGI process beside the API, for what runs on its own. Today that is the relay.

Started by `make run` as `granian --interface asgi tenon.delivery.asgi:application`, with one worker. The relay lives
from the lifespan's startup to its shutdown; `GET /live/`, or `/health/live/` as on the API, says whether it does. A
further protocol is one more entry of `_PROTOCOLS`.
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

from tenon.delivery.demo import check_published_logins  # noqa: E402 (the apps must be ready first)
from tenon.kernel.outbox.worker import Relay  # noqa: E402
from tenon.kernel.tenancy.startup import check_database_role  # noqa: E402

check_database_role()
check_published_logins()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_running: list[Relay] = []


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Dispatch by protocol; the ASGI specification asks for an exception where one is not supported."""
    await _PROTOCOLS[scope["type"]](scope, receive, send)


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        if message["type"] == "lifespan.startup":
            _running.append(relay := Relay())
            relay.start()
            await send({"type": "lifespan.startup.complete"})
    while _running:
        # In a thread, so that whatever else this process serves goes on meanwhile.
        await asyncio.to_thread(_running.pop().stop)
    await send({"type": "lifespan.shutdown.complete"})


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"].rstrip("/") not in ("/live", "/health/live"):
        await _answer(send, 404, {"status": "not found"})
    elif _running and all(relay.alive for relay in _running):
        await _answer(send, 200, {"status": "ok"})
    else:
        await _answer(send, 503, {"status": "the relay is not running"})


async def _answer(send: Send, status: int, content: dict[str, str]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_PROTOCOLS: dict[str, Callable[[Scope, Receive, Send], Awaitable[None]]] = {"lifespan": _lifespan, "http": _http}
