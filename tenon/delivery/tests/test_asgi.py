"""The worker process: its parts live as long as the lifespan, and `/live/` says so."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tenon.delivery import asgi
from tenon.kernel import workers

Message = dict[str, Any]


class _Relay:
    """Stands in for the threads."""

    made: list["_Relay"] = []

    def __init__(self) -> None:
        self.alive = False
        self.made.append(self)

    def start(self) -> None:
        self.alive = True

    def stop(self) -> bool:
        self.alive = False
        return True


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    settings.WEBSOCKETS_ENABLED = False
    monkeypatch.setattr(workers, "_registered", {"relay": _Relay, "other": _Relay})
    monkeypatch.setattr(_Relay, "made", [])
    yield
    assert asgi._running == {}


async def get(path: str) -> tuple[int, Any]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await asgi.application({"type": "http", "method": "GET", "path": path}, receive, send)
    start, body = sent
    assert dict(start["headers"])[b"content-type"] == b"application/json"
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    return start["status"], json.loads(body["body"])


def live(visit: Callable[[], Awaitable[None]]) -> list[str]:
    """Run `visit` between startup and shutdown; the types of what the lifespan answered."""

    async def run() -> list[str]:
        asked: asyncio.Queue[Message] = asyncio.Queue()
        answered: asyncio.Queue[Message] = asyncio.Queue()
        running = asyncio.create_task(asgi.application({"type": "lifespan"}, asked.get, answered.put))  # type: ignore[arg-type]
        types = []
        await asked.put({"type": "lifespan.startup"})
        types.append((await answered.get())["type"])
        await visit()
        await asked.put({"type": "lifespan.shutdown"})
        types.append((await answered.get())["type"])
        await running
        return types

    return asyncio.run(run())


def test_all_parts_live_from_startup_to_shutdown() -> None:
    async def visit() -> None:
        assert [relay.alive for relay in _Relay.made] == [True, True]
        assert await get("/live/") == (200, {"status": "ok"})
        assert await get("/health/live") == (200, {"status": "ok"})
        assert await get("/live") == (200, {"status": "ok"})

    assert live(visit) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [relay.alive for relay in _Relay.made] == [False, False]


def test_a_part_that_has_ended_is_not_live() -> None:
    async def visit() -> None:
        _Relay.made[0].alive = False
        assert await get("/live/") == (503, {"status": "not running: relay"})

    live(visit)


def test_without_a_lifespan_nothing_runs() -> None:
    assert asyncio.run(get("/live/"))[0] == 503


@pytest.mark.parametrize("path", ["/", "/livez", "/api/v1/auth/login/", "/live/../admin/"])
def test_nothing_else_is_here(path: str) -> None:
    assert asyncio.run(get(path)) == (404, {"status": "not found"})


def test_a_protocol_that_is_not_served_is_an_error() -> None:
    with pytest.raises(KeyError):
        asyncio.run(asgi.application({"type": "gopher"}, None, None))  # type: ignore[arg-type]


class Echo:
    """A socket that says where it was asked."""

    living = 0

    async def start(self) -> None:
        type(self).living += 1

    async def stop(self) -> None:
        type(self).living -= 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept", "path": scope["path"]})


async def connect(path: str) -> Message:
    asked: asyncio.Queue[Message] = asyncio.Queue()
    answered: asyncio.Queue[Message] = asyncio.Queue()
    await asked.put({"type": "websocket.connect"})
    await asgi.application({"type": "websocket", "path": path}, asked.get, answered.put)  # type: ignore[arg-type]
    return await answered.get()


def test_sockets_are_served_by_path_while_it_lives(settings: Any) -> None:
    settings.WEBSOCKETS_ENABLED = True
    settings.WEBSOCKET_ROUTES = {"/ws/echo/": f"{__name__}.Echo"}

    async def visit() -> None:
        assert Echo.living == 1
        assert await connect("/ws/echo/") == {"type": "websocket.accept", "path": "/ws/echo/"}
        assert (await connect("/ws/echo"))["type"] == "websocket.accept"
        assert await connect("/ws/other/") == {"type": "websocket.close", "code": 4404}

    live(visit)
    assert Echo.living == 0


def test_without_sockets_nobody_gets_in() -> None:
    assert asyncio.run(connect("/ws/notifications/")) == {"type": "websocket.close", "code": 1013}


def test_a_process_for_sockets_runs_nothing_else(settings: Any) -> None:
    settings.WORKER_ONLY_SOCKETS = True

    async def visit() -> None:
        assert _Relay.made == []
        assert await get("/live/") == (200, {"status": "ok"})

    live(visit)
