"""Publishers commit late and out of order, relays are killed: readers by cursor see every commit once, in one order."""

import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from typing import Any

import pytest

from tenon.testing.houses import House
from tenon.testing.servers import Process, spawn, wait_for
from tests.proofs.conftest import OpenHouse

PATIENCE = 180
READERS = 3
LIMITS = (10, 37, 100)
SIZES = {"postgresql": (10_000, 4, 4, 60), "sqlite": (1_000, 1, 4, 12)}


class Feed:
    """A deployment with an organization in whose feed things happen."""

    def __init__(self, home: House, stack: ExitStack) -> None:
        self.home, self.stack = home, stack
        self.token = home.sign_up().access
        made = home.call("POST", "/api/v1/organizations/", json={"name": "Acme"}, token=self.token)
        assert made.status == 201, made
        self.organization_id: str = made.json()["id"]
        self.finished = threading.Event()

    def start(self, *arguments: str, log: str) -> Process:
        command = [sys.executable, "-m", "tests.proofs.feed_house", *arguments]
        process = spawn(log, command, env=self.home.env, log=self.home.database.folder / log)
        self.stack.callback(process.kill)
        return process

    def read(self, limit: int) -> list[dict[str, Any]]:
        """Every event, read on by cursor all the while, until the end is met after everything has its place."""
        seen: list[dict[str, Any]] = []
        connection, cursor = self.home.connect(), ""
        headers = {"X-Organization-ID": self.organization_id}
        try:
            while True:
                over = self.finished.is_set()
                path = f"/api/v1/events/?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
                answer = connection.request("GET", path, token=self.token, headers=headers)
                assert answer.status == 200, answer
                body = answer.json()
                seen += body["data"]
                cursor = body["meta"]["next"]
                if over and not body["meta"]["has_more"]:
                    return seen
        finally:
            connection.close()

    def count(self, statement: str) -> int:
        [(number,)] = self.home.store.rows(f"SELECT count(*) FROM {statement}")
        return int(number)

    def placed(self) -> int:
        return self.count("feed_feedevent")

    def committed(self, name: str) -> set[tuple[str, int]]:
        """What a publisher has seen committed."""
        lines = (self.home.database.folder / f"{name}.log").read_text().splitlines()
        return {(thing, int(number)) for thing, number in (line.split() for line in lines)}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_commit_is_read_once_and_in_order(
    engine: str,
    open_house: OpenHouse,
    stack: ExitStack,
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    full, publishers, threads, full_kills = SIZES[engine]
    kills, each = rounds(full_kills), max(5, rounds(full) // (publishers * threads))
    feed = Feed(open_house(engine), stack)
    relays = [feed.start("relay", log="relay-a.log"), feed.start("relay", log="relay-b.log")]
    pool = stack.enter_context(ThreadPoolExecutor(READERS))
    stack.callback(feed.finished.set)
    readers: list[Future[list[dict[str, Any]]]] = [pool.submit(feed.read, limit) for limit in LIMITS]

    names = [f"publisher{number}" for number in range(publishers)]
    working = [
        feed.start("publish", feed.organization_id, name, str(threads), str(each), log=f"{name}.log") for name in names
    ]
    share = publishers * threads * each // (kills + 1)
    for victim, kill in zip(cycle([0, 1]), range(1, kills + 1)):
        # Not before some are placed, while publishers are at work; the house's own relay goes on.
        wait_for(
            lambda kill=kill: feed.placed() >= kill * share * 3 // 5 or not any(p.running for p in working),
            "events",
            seconds=PATIENCE,
        )
        relays[victim].kill()
        relays[victim] = feed.start("relay", log=f"relay-{'ab'[victim]}.log")
    assert [process.wait(PATIENCE) for process in working] == [0] * publishers
    wait_for(lambda: not feed.count("outbox_entry WHERE unplaced_in IS NOT NULL"), "every place", seconds=PATIENCE)
    feed.finished.set()
    first, *others = [reader.result(PATIENCE) for reader in readers]

    assert all(other == first for other in others), "two readers saw different events, or another order"
    ids = [event["id"] for event in first]
    assert len(ids) == len(set(ids)), "an event came twice"
    noted = [(event["data"]["thing"], event["data"]["number"]) for event in first if event["type"] == "proofs.noted"]
    told = {(f"{name}{thread}", number) for name in names for thread in range(threads) for number in range(1, each + 1)}
    kept = {(thing, number) for thing, number in told if number % 5}
    assert set(noted) == kept, "a commit is missing, or a rollback is there"
    assert set().union(*map(feed.committed, names)) == kept
    of_thing = defaultdict(list)
    for thing, number in noted:
        of_thing[thing].append(number)
    assert all(numbers == sorted(numbers) for numbers in of_thing.values()), "events of one thing changed places"
    positions = [position for (position,) in feed.home.store.rows(_POSITIONS)]
    assert positions == list(range(1, len(first) + 1)), "the feed has a gap"
    if engine == "postgresql":
        assert _late(feed) > 0, "nothing committed late: nothing was proved"
    proof_record(events=len(noted), rolled_back=len(told) - len(kept), kills=kills, readers=READERS)


_POSITIONS = "SELECT position FROM feed_feedevent ORDER BY position"
_SEQUENCES = """
    SELECT entry.sequence FROM feed_feedevent event JOIN outbox_entry entry ON entry.id = event.id
    ORDER BY event.position
"""


def _late(feed: Feed) -> int:
    """How many events stand behind one of a higher number: whoever remembered that number would have missed them."""
    highest, late = 0, 0
    for (sequence,) in feed.home.store.rows(_SEQUENCES):
        late += sequence < highest
        highest = max(highest, sequence)
    return late
