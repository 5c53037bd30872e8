"""The worker process: the relay lives as long as the lifespan, and `/live/` says so."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tenon.delivery import asgi

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
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(asgi, "Relay", _Relay)
    monkeypatch.setattr(_Relay, "made", [])
    yield
    assert asgi._running == []


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


def test_the_relay_lives_from_startup_to_shutdown() -> None:
    async def visit() -> None:
        assert [relay.alive for relay in _Relay.made] == [True]
        assert await get("/live/") == (200, {"status": "ok"})
        assert await get("/health/live") == (200, {"status": "ok"})
        assert await get("/live") == (200, {"status": "ok"})

    assert live(visit) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [relay.alive for relay in _Relay.made] == [False]


def test_a_relay_that_has_ended_is_not_live() -> None:
    async def visit() -> None:
        _Relay.made[0].alive = False
        assert (await get("/live/"))[0] == 503

    live(visit)


def test_without_a_lifespan_there_is_no_relay() -> None:
    assert asyncio.run(get("/live/"))[0] == 503


@pytest.mark.parametrize("path", ["/", "/livez", "/api/v1/auth/login/", "/live/../admin/"])
def test_nothing_else_is_here(path: str) -> None:
    assert asyncio.run(get(path)) == (404, {"status": "not found"})


def test_a_protocol_that_is_not_served_is_an_error() -> None:
    with pytest.raises(KeyError):
        asyncio.run(asgi.application({"type": "websocket"}, None, None))  # type: ignore[arg-type]
