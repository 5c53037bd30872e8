"""API, relays and workers are killed every two seconds and the broker goes away: every commit is delivered, once."""

import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from itertools import count, cycle, islice
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from kombu import Connection

from tenon.testing import faults
from tenon.testing.houses import Database, environment
from tenon.testing.mailbox import Mailbox
from tenon.testing.proxies import proxy
from tenon.testing.servers import HOST, Process, free_port, spawn
from tests.proofs.conftest import REQUIRED, SCALE

HOUSE = "tests.proofs.jobs_house"
KILL_EVERY = 2.0 if SCALE >= 1 else 4.0  # seconds; a small run may share the machine with another proof
AWAY = max(5.0, 60 * SCALE)  # seconds
PATIENCE = 180
CLIENTS = 4
ALONE = ["--without-gossip", "--without-mingle"]
RABBITMQ = os.environ.get("TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")
READY = {"relay": "relay_started", "worker": " ready."}
LEDGER = "proofs.booked"


class Broker:
    """What hands jobs to workers, and can be taken away and given back."""

    def __init__(self, url: str, take_away: Callable[[], None], give_back: Callable[[], None]) -> None:
        self.url, self.take_away, self.give_back = url, take_away, give_back


class Yard:
    """A database, and the processes of `jobs_house` at work on it."""

    def __init__(self, database: Database, mail: Mailbox, broker: str) -> None:
        self.database, self.port = database, free_port()
        self.told = database.folder / "told"
        self.told.touch()
        brokered = {"CELERY_BROKER_URL": broker, "CELERY_QUEUE": f"proof-{uuid4().hex}"} if broker else {}
        own = {"OUTBOX_LEASE_SECONDS": "3", "CELERY_IN_FLIGHT": "60", "PROOF_FILE": str(self.told), **brokered}
        self.env = environment(database, mail, **own)
        self.running: dict[str, Process] = {}
        self._begins: dict[str, int] = {}
        self.names = ["api", "relay-1", "relay-2", *(["worker-1", "worker-2"] if broker else [])]

    def start(self, name: str) -> None:
        kind = name.partition("-")[0]
        options = {
            "api": ["granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port), "--workers", "1"],
            "relay": [HOUSE, "relay"],
            "worker": [
                "celery",
                "--quiet",
                "-A",
                HOUSE,
                "worker",
                *ALONE,
                "--concurrency",
                "2",
                "--hostname",
                f"{name}@%h",
            ],
        }[kind]
        target = ["--blocking-threads", "2", f"{HOUSE}:api"] if kind == "api" else []
        log = self.database.folder / f"{name}.log"
        self._begins[name] = log.stat().st_size if log.exists() else 0
        self.running[name] = spawn(name, [sys.executable, "-m", *options, *target], env=self.env, log=log)

    def is_up(self, name: str) -> bool:
        """Whether the process that runs under this name has come as far as its work."""
        if name == "api":
            with suppress(OSError), socket.create_connection((HOST, self.port), 1):
                return True
            return False
        with self.running[name].log.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._begins[name])
            return READY[name.partition("-")[0]] in log.read()

    def kill(self, name: str) -> None:
        """`kill -9` of the whole process, and a new one in its place."""
        self.running[name].kill()
        self.start(name)

    def kill_one_of(self, name: str) -> None:
        """`kill -9` of a process of a worker's pool, which is at work; the worker sees to another."""
        pid = self.running[name].pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(children[-1]), signal.SIGKILL)

    def number(self, condition: str) -> int:
        [(number,)] = self.database.store.rows(f"SELECT count(*) FROM outbox_entry WHERE {condition}")
        return int(number)

    def numbers(self, name: str) -> list[int]:
        """What the rows of this name are about."""
        rows = self.database.store.rows("SELECT payload FROM outbox_entry WHERE name = %s", [name])
        return [(json.loads(each) if isinstance(each, str) else each)["number"] for (each,) in rows]

    def waits(self) -> int:
        return self.number(f"available_at IS NOT NULL AND name <> '{LEDGER}'")


class Customers(threading.Thread):
    """Clients that order on, whatever happens, until so many commits have been seen."""

    def __init__(self, port: int, commits: int) -> None:
        super().__init__(daemon=True)
        self.port, self.commits = port, commits
        self.seen: set[int] = set()
        self._numbers, self._lock = count(1), threading.Lock()

    def run(self) -> None:
        clients = [threading.Thread(target=self._order, daemon=True) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def _order(self) -> None:
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=30)) as connection:
            self._order_by(connection)

    def _order_by(self, connection: http.client.HTTPConnection) -> None:
        while len(self.seen) < self.commits:
            with self._lock:
                number = next(self._numbers)
            try:
                connection.request("POST", f"/{number}")
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                # Killed in between, perhaps after its commit: the number is not used again.
                connection.close()
                time.sleep(0.05)
            else:
                if answer.status == 201:
                    self.seen.add(number)


@pytest.fixture
def broker(request: pytest.FixtureRequest, kind: str) -> Iterator[Broker | None]:
    """Redis, killed and empty when it comes back; or RabbitMQ, behind a proxy; or none."""
    if kind == "redis":
        server: faults.Redis = request.getfixturevalue("redis_server")
        yield Broker(server.url, server.kill, server.start)
    elif kind == "rabbitmq":
        parts = urlsplit(RABBITMQ)
        where = (parts.hostname or HOST, parts.port or 5672)
        try:
            Connection(RABBITMQ, connect_timeout=3).ensure_connection(max_retries=0).release()
        except Exception as error:  # noqa: BLE001 (each transport fails in its own words)
            reason = f"no RabbitMQ answers at {where[0]}:{where[1]} ({type(error).__name__}; TEST_BROKER_URL)"
            (pytest.fail if REQUIRED else pytest.skip)(f"not proved: {reason}")
        with proxy(*where) as between:
            credentials = f"{parts.username}:{parts.password}@" if parts.username else ""
            yield Broker(f"amqp://{credentials}{HOST}:{between.port}{parts.path}", between.cut, between.mend)
    else:
        yield None


@pytest.fixture
def yard(engine: str, broker: Broker | None, new_database: Callable[[str], Database], mail: Mailbox) -> Iterator[Yard]:
    yard = Yard(new_database(engine), mail, broker.url if broker else "")
    with ExitStack() as stack:
        for name in yard.names:
            yard.start(name)
            stack.callback(lambda name=name: yard.running[name].kill())
        yield yard
    if broker and broker.url.startswith("amqp"):
        with Connection(RABBITMQ) as connection:
            connection.default_channel.queue_delete(yard.env["CELERY_QUEUE"])


@pytest.mark.parametrize(
    ("engine", "kind", "full"),
    [("postgresql", "redis", 10_000), ("postgresql", "rabbitmq", 10_000), ("sqlite", "none", 1_000)],
)
def test_effects_happen_once(
    yard: Yard,
    broker: Broker | None,
    kind: str,
    full: int,
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    commits = rounds(full)
    customers = Customers(yard.port, commits)
    customers.start()
    _wait(lambda: bool(customers.seen), yard)
    kills = _disturb(yard, broker, customers, commits)

    ordered = yard.numbers("proofs.ordered")
    assert len(ordered) == len(set(ordered)) >= commits
    assert customers.seen <= set(ordered), "a commit that was seen is not there"
    assert not [number for number in ordered if number % 5 == 0], "an order that was rolled back is there"
    assert yard.number("dead_at IS NOT NULL") == 0
    assert Counter(yard.numbers(LEDGER)) == Counter(ordered), "an effect is missing, or happened twice"
    told = {tuple(line.split()) for line in yard.told.read_text(encoding="utf-8").splitlines()}
    assert len({entry for entry, _ in told}) == len(told), "one id was told of two things"
    assert Counter(int(number) for _, number in told) == Counter(number for number in ordered if number % 10 == 1)
    assert kills >= 2 * len(yard.names) * SCALE
    proof_record(commits=commits, kill_every_seconds=KILL_EVERY, broker=kind, away_seconds=AWAY if broker else 0)


def _disturb(yard: Yard, broker: Broker | None, customers: Customers, commits: int) -> int:
    """Kill until everything is delivered; take the broker away once, at a fifth of the way. Returns how many kills."""
    workers = [name for name in yard.names if name.startswith("worker")]
    turns = cycle([("all", name) for name in yard.names] + [("one", name) for name in workers])
    kills, away_until, was_away = 0, 0.0, broker is None
    best, progress = -1, time.monotonic()
    while customers.is_alive() or yard.waits():
        started = time.monotonic()
        # Who is still starting is passed over: killed again and again at that, nobody would ever come to work.
        for how, victim in islice(turns, len(yard.names) * 2):
            assert yard.running[victim].running, yard.running[victim].output()
            if yard.is_up(victim):
                (yard.kill if how == "all" else yard.kill_one_of)(victim)
                kills += 1
                break
        if broker and not was_away and len(customers.seen) >= commits / 5:
            broker.take_away()
            was_away, away_until = True, time.monotonic() + AWAY
        if broker and away_until and time.monotonic() >= away_until:
            broker.give_back()
            away_until = 0.0
        if (done := yard.number("delivered_at IS NOT NULL")) > best:
            best, progress = done, time.monotonic()
        assert time.monotonic() - progress < PATIENCE + AWAY, _logs(yard)
        time.sleep(max(0.0, KILL_EVERY - (time.monotonic() - started)))
    assert was_away
    assert not away_until, "the broker is still away, and everything is delivered"
    return kills


def _wait(reached: Callable[[], bool], yard: Yard) -> None:
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until, _logs(yard)
        time.sleep(0.1)


def _logs(yard: Yard) -> str:
    return "\n".join(process.output(1500) for process in yard.running.values())
