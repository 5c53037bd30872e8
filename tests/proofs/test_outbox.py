"""Relays and publishers are killed at work: every commit is delivered, no rollback is, every effect happens once."""

import json
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest

from tenon.testing.houses import Database, environment
from tenon.testing.mailbox import Mailbox
from tenon.testing.servers import HOST, Process, free_port, spawn

PATIENCE = 120
ENOUGH = 40  # rows for one process to be at work on
ORDERED, EFFECT, CONSUMERS = "proofs.ordered", "proofs.effect", ("bill", "ship")


class Works:
    """A database with processes of `outbox_house` at work on it."""

    def __init__(self, database: Database, mail: Mailbox, **env: str) -> None:
        self.database = database
        self.told = database.folder / "told"
        self.env = environment(database, mail, **{"OUTBOX_LEASE_SECONDS": "2", "PROOF_FILE": str(self.told), **env})
        self.started: list[Process] = []

    def start(self, *arguments: str, log: str, module: str = "tests.proofs.outbox_house") -> Process:
        command = [sys.executable, "-m", module, *arguments]
        process = spawn(log, command, env=self.env, log=self.database.folder / log)
        self.started.append(process)
        return process

    def relay(self) -> Process:
        return self.start("relay", log="relay.log")

    def worker(self) -> Process:
        options = ["--interface", "asgi", "--host", HOST, "--port", str(free_port()), "--workers", "1"]
        return self.start(*options, "tests.proofs.outbox_house:application", log="worker.log", module="granian")

    def order(self, first: int, last: int) -> Process:
        return self.start("order", str(first), str(last), log="orders.log")

    def committed(self) -> list[int]:
        """The orders whose commit somebody has seen."""
        log = self.database.folder / "orders.log"
        return [int(line) for line in log.read_text().splitlines() if line.isdigit()] if log.exists() else []

    def count(self, condition: str) -> int:
        [(number,)] = self.database.store.rows(f"SELECT count(*) FROM outbox_entry WHERE {condition}")
        return int(number)

    def payloads(self, name: str) -> list[dict[str, Any]]:
        """The payloads of all rows of a name, in the order in which they were written."""
        rows = self.database.store.rows("SELECT payload FROM outbox_entry WHERE name = %s ORDER BY sequence", [name])
        return [json.loads(payload) if isinstance(payload, str) else payload for (payload,) in rows]

    def wait(self, reached: Callable[[], bool]) -> None:
        """As long as rows are delivered meanwhile; fails when none is for too long."""
        delivered, until = -1, 0.0
        while not reached():
            if (now := self.count("delivered_at IS NOT NULL")) != delivered:
                delivered, until = now, time.monotonic() + PATIENCE
            assert time.monotonic() < until, "\n".join(process.output(2000) for process in self.started[-3:])
            time.sleep(0.1)

    def wait_for_progress(self, rows: int) -> None:
        """Until so many more rows are delivered, or none is left."""
        goal = self.count("delivered_at IS NOT NULL") + rows
        self.wait(lambda: self.count("delivered_at IS NOT NULL") >= goal or not self.count("available_at IS NOT NULL"))


@pytest.fixture
def open_works(engine: str, new_database: Callable[[str], Database], mail: Mailbox) -> Iterator[Callable[..., Works]]:
    opened: list[Works] = []

    def start(**env: str) -> Works:
        opened.append(Works(new_database(engine), mail, **env))
        return opened[-1]

    yield start
    for works in opened:
        for process in works.started:
            process.kill()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killed_at_work(
    open_works: Callable[..., Works], rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    orders, kills = rounds(10_000), rounds(120)
    works = open_works()
    relays = [works.relay(), works.relay()]
    publisher = works.order(1, orders)
    works.wait(lambda: bool(works.committed()))
    for victim, _ in zip(cycle([0, None, 1]), range(kills)):
        works.wait_for_progress(2 * orders // kills)
        if victim is not None:
            relays[victim].kill()
            relays[victim] = works.relay()
        elif publisher.running:
            publisher.kill()
            # Its last commit may still be under way: the next one leaves a gap, so that no number comes twice.
            publisher = works.order(max(order["number"] for order in works.payloads(ORDERED)) + 10, orders)
    works.wait(lambda: not publisher.running)
    assert publisher.wait(1) == 0
    works.wait(lambda: not works.count("available_at IS NOT NULL"))
    # The one that was started last may be ended by the signal before it has learnt to heed it.
    assert {relay.stop() for relay in relays} <= {0, -signal.SIGTERM}

    ordered = [order["number"] for order in works.payloads(ORDERED)]
    assert len(ordered) == len(set(ordered)) > orders // 2
    assert set(works.committed()) <= set(ordered), "a commit that was seen is not there"
    assert not [number for number in ordered if number % 5 == 0], "an order that was rolled back is there"
    _every_effect_once(works, ordered)
    proof_record(orders=orders, kills=kills)


def _every_effect_once(works: Works, ordered: list[int]) -> None:
    assert works.count("delivered_at IS NULL") == 0
    effects = works.payloads(EFFECT)
    happened = Counter((effect["consumer"], effect["number"]) for effect in effects)
    assert happened == Counter((consumer, number) for consumer in CONSUMERS for number in ordered)
    in_order = defaultdict(list)
    for effect in effects:
        in_order[effect["consumer"], effect["customer"]].append(effect["number"])
    assert all(numbers == sorted(numbers) for numbers in in_order.values()), "a customer's orders changed places"
    told = {tuple(line.split()) for line in works.told.read_text().splitlines()}
    assert told == {(effect["consumer"], str(effect["number"]), str(effect["customer"])) for effect in effects}


@pytest.mark.parametrize(("engine", "kind"), [("postgresql", "relay"), ("sqlite", "worker")])
def test_told_to_stop_at_work(
    open_works: Callable[..., Works], rounds: Callable[[int], int], proof_record: Callable[..., None], kind: str
) -> None:
    """SIGTERM ends the rows in hand and gives the others back: nothing runs twice, nothing waits for a lease."""
    orders, stops = 40, rounds(40)
    works = open_works(PROOF_JOB_SECONDS="0.02", OUTBOX_LEASE_SECONDS="600")
    works.order(1, orders).wait(PATIENCE)
    start = works.relay if kind == "relay" else works.worker
    for _ in range(stops):
        if works.count("available_at IS NOT NULL") < ENOUGH:  # else it might be told to stop before it is at work
            works.order(orders + 1, orders + 40).wait(PATIENCE)
            orders += 40
        running = start()
        works.wait_for_progress(5)
        assert running.stop() == 0
        assert works.count("claim IS NOT NULL") == 0
    running = start()
    works.wait(lambda: not works.count("available_at IS NOT NULL"))
    assert running.stop() == 0
    _every_effect_once(works, [order["number"] for order in works.payloads(ORDERED)])
    assert works.count("attempts <> 1") == 0
    assert len(works.told.read_text().splitlines()) == len(works.payloads(EFFECT))
    proof_record(orders=orders, stops=stops)
