"""A thousand clients hear a broadcast, each once; and whoever loses the server misses nothing."""

import asyncio
import json
import logging
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tenon.delivery.run.processes import GRANIAN
from tenon.testing.houses import Database, environment
from tenon.testing.mailbox import Mailbox
from tenon.testing.servers import ROOT, Process, answers, free_port, spawn, wait_until_up
from tenon.testing.servers import environment as child_environment

CLIENTS = 1000
OPENING = 50  # at a time
KILLS = 20
_log = logging.getLogger(__name__)


class Listener:
    """One client: connects, reads on from its cursor, comes back when the server is gone."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.cursor = ""
        self.heard: Counter[str] = Counter()
        self.ready = asyncio.Event()
        self.connections = 0
        self.dropped_frames = 0

    async def run(self, gate: asyncio.Semaphore) -> None:
        while True:
            with suppress(OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                await self._visit(gate)
            self.ready.clear()
            await asyncio.sleep(0.2)

    async def _visit(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            socket = await connect(
                self.url,
                subprotocols=["bearer", self.token],
                open_timeout=30,
                ping_interval=None,
                max_queue=16,  # type: ignore[list-item]
            )
        async with socket:
            self.connections += 1
            await socket.send(json.dumps({"type": "resume", "cursor": self.cursor}))
            await socket.send('{"type": "ping"}')
            async for text in socket:
                said = json.loads(text)
                if said["type"] == "pong":
                    self.ready.set()
                elif said["type"] == "ping":
                    await socket.send('{"type": "pong"}')
                elif said["type"] == "notification":
                    self.heard[said["notification"]["message"]] += 1
                    self.cursor = said["cursor"]


class Sockets:
    """The worker process: relay and sockets, killed and started again on the same port."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env, self.log, self.port = env, folder / "worker.log", free_port()
        self.process = self._start()

    def _start(self) -> Process:
        worker = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        process = spawn("worker", [*GRANIAN, *worker, "tenon.delivery.asgi:application"], env=self.env, log=self.log)
        wait_until_up(process, lambda: answers(self.port, "/live/") == 200)
        return process

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/notifications/"

    def restart(self) -> None:
        self.process.kill()
        self.process = self._start()

    def memory(self) -> float:
        """Megabytes that its processes hold."""
        group = subprocess.run(["ps", "-o", "rss=", "-g", str(self.process.pid)], capture_output=True, check=True)
        return sum(map(int, group.stdout.split())) / 1024


@pytest.fixture(params=["sqlite", "postgresql"])
def sockets(request, new_database: Callable[[str], Database], mail: Mailbox) -> Iterator[Sockets]:
    database = new_database(request.param)
    overrides = {"WEBSOCKETS_ENABLED": "true", "ALLOW_IN_PRODUCTION": "sqlite,unlimited_login,console_mail"}
    running = Sockets(environment(database, mail, **overrides), database.folder)
    yield running
    running.process.stop()


def house(sockets: Sockets, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", "tests.proofs.sockets_house", *arguments]
    done = subprocess.run(
        command, env=child_environment(sockets.env), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def listening(sockets: Sockets, tokens: list[str], play: Callable[[list[Listener]], Awaitable[None]]) -> list[Listener]:
    """Everybody connected while `play` goes on."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    assert most > len(tokens) + 100, "`ulimit -Hn` is too small for this proof"
    listeners = [Listener(sockets.url, token) for token in tokens]

    async def run() -> None:
        gate = asyncio.Semaphore(OPENING)
        tasks = [asyncio.create_task(each.run(gate)) for each in listeners]
        try:
            await all_ready(listeners)
            await play(listeners)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
    return listeners


async def all_ready(listeners: list[Listener]) -> None:
    async with asyncio.timeout(120):
        await asyncio.gather(*(each.ready.wait() for each in listeners))


async def all_heard(listeners: list[Listener], texts: set[str], *, seconds: float = 120) -> float:
    """Wait until everybody has heard all of `texts`; the seconds that it took."""
    started = time.monotonic()
    while not all(each.heard.keys() >= texts for each in listeners):
        missing = [texts - each.heard.keys() for each in listeners]
        assert time.monotonic() - started < seconds, f"{sum(map(bool, missing))} have not heard everything"
        await asyncio.sleep(0.02)
    return time.monotonic() - started


def test_everybody_hears_a_broadcast_once(
    sockets: Sockets, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    clients = rounds(CLIENTS)
    tokens = house(sockets, "people", str(clients))
    idle = sockets.memory()

    async def play(listeners: list[Listener]) -> None:
        connected = sockets.memory()
        started = time.monotonic()
        await asyncio.to_thread(house, sockets, "announce", "Hello, everybody")
        written = time.monotonic() - started
        took = await all_heard(listeners, {"Hello, everybody"})
        await asyncio.sleep(2.5)  # whatever would come twice has come by now
        _log.warning(
            "%d clients: %.1f MB before, %.1f MB connected, %.1f MB after; heard by all %.2f s after %.2f s of writing",
            *(clients, idle, connected, sockets.memory(), took, written),
        )

    listeners = listening(sockets, tokens, play)
    assert [dict(each.heard) for each in listeners] == [{"Hello, everybody": 1}] * clients
    assert [each.connections for each in listeners] == [1] * clients
    proof_record(clients=clients, heard_once=clients, lost=0)


def test_a_killed_server_loses_nothing(
    sockets: Sockets, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    clients, kills = rounds(200), rounds(KILLS) + 1
    tokens = house(sockets, "people", str(clients))
    # A first one for everybody, so that each has a cursor: what came before, a client reads from the list.
    texts = {"first"}

    async def play(listeners: list[Listener]) -> None:
        await asyncio.to_thread(house, sockets, "announce", "first")
        await all_heard(listeners, {"first"})
        for number in range(kills):
            telling = asyncio.to_thread(house, sockets, "tell", f"round {number}", "0", str(clients - 1))
            writing = asyncio.create_task(telling)
            await asyncio.sleep(0.3 + number % 5 * 0.4)
            await asyncio.to_thread(sockets.restart)
            await writing
            texts.add(f"round {number}")
        await all_ready(listeners)
        _log.warning("all heard %.2f s after the last", await all_heard(listeners, texts))

    listeners = listening(sockets, tokens, play)
    assert all(set(each.heard) == texts for each in listeners)
    assert all(each.connections == kills + 1 for each in listeners)
    # Where the connection broke between the sending and the reading, the cursor was not there yet, so it came again to
    # the server; never to the reader.
    assert {count for each in listeners for count in each.heard.values()} == {1}
    proof_record(clients=clients, kills=kills, notifications=clients * (kills + 1), lost=0, twice=0)
