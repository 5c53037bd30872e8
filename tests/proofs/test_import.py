"""The worker is killed in the middle of an import, again and again: in the end each row was taken in exactly once."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tenon.testing.houses import House, Person
from tenon.testing.parallel import Request
from tenon.testing.servers import manage, spawn_relay
from tests.proofs.conftest import SCALE, OpenHouse

ROWS = 20_000 if SCALE >= 1 else 4_000
BAD = 100  # rows that are wrong, among them
KILLS = 3  # of each import
PATIENCE = 240
IMPORTS = "/api/v1/product-imports/"
# The lease of a job that was killed is not waited for: it ends now.
_FREE = (
    "from tenon.kernel import clock; from tenon.kernel.outbox.models import Entry; "
    "Entry.objects.filter(name='catalog.import_products').update(claimed_until=clock.now())"
)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_each_row_is_taken_in_once_whatever_becomes_of_the_worker(
    engine: str, open_house: OpenHouse, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    home = open_house(engine, OUTBOX_MAX_LOSSES="100")
    person = _owner(home)
    turns = rounds(20)
    for turn in range(turns):
        started = _send(home, person, turn)
        for kill in range(1, KILLS + 1):
            _wait(partial(_is_at, home, ROWS * kill // (KILLS + 1)), home)
            home.relay.kill()
            assert _line(home) < ROWS + 1, "it was over before it was killed"
            manage("shell", "-c", _FREE, env=home.env)
            home.relay = spawn_relay(env=home.env, log=home.relay.log)
        operation = f"/api/v1/operations/{started['operation_id']}/"
        _wait(partial(_has_ended, home, person, operation), home)
        ended = home.call("GET", operation, token=person.access).json()
        assert ended["state"] == "succeeded", ended
        expected = {"created": ROWS - BAD, "updated": 0, "unchanged": 0, "rejected": BAD}
        assert {name: ended["result"][name] for name in expected} == expected
        [(products, skus)] = home.store.rows("SELECT count(*), count(DISTINCT sku) FROM catalog_product")
        assert products == skus == (ROWS - BAD) * (turn + 1)
        [(movements, moved)] = home.store.rows(
            "SELECT count(*), sum(quantity_change) FROM catalog_stockmovement WHERE reference_kind = 'import'"
        )
        assert (movements, moved) == (products, 7 * products)
        [(reported,)] = home.store.rows("SELECT count(*) FROM catalog_rejectedrow")
        assert reported == BAD * (turn + 1)
        [(documents,)] = home.store.rows("SELECT count(*) FROM catalog_searchdocument")
        assert documents == products
    proof_record(engine=engine, rounds=turns, rows=ROWS * turns, killed=KILLS * turns, twice=0, lost=0)


def _owner(home: House) -> Person:
    person = home.sign_up()
    made = home.call("POST", "/api/v1/organizations/", json={"name": "Acme Inc."}, token=person.access)
    assert made.status == 201, made
    return person


def _send(home: House, person: Person, turn: int) -> dict[str, Any]:
    every = ROWS // BAD
    prices = ("free" if number % every == 0 else "1.99" for number in range(ROWS))
    rows = [f"T{turn}-{number},Product {number},{price},7" for number, price in enumerate(prices)]
    body = "\n".join(["sku,name,price,stock", *rows]).encode()
    headers = {"Authorization": f"Bearer {person.access}", "Content-Type": "text/csv"}
    connection = home.connect()
    try:
        answer = connection.exchange(Request("POST", IMPORTS, body=body, headers=headers))
    finally:
        connection.close()
    assert answer.status == 202, answer
    started: dict[str, Any] = answer.json()
    return started


def _line(home: House) -> int:
    """How far the latest import is."""
    found = home.store.rows("SELECT line FROM catalog_productimport ORDER BY created_at DESC LIMIT 1")
    return int(found[0][0]) if found else 0


def _is_at(home: House, line: int) -> bool:
    return _line(home) >= line


def _has_ended(home: House, person: Person, operation: str) -> bool:
    ended: bool = home.call("GET", operation, token=person.access).json()["finished_at"] is not None
    return ended


def _wait(until: Callable[[], bool], home: House) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < deadline, home.relay.output()[-2000:]
        time.sleep(0.05)
