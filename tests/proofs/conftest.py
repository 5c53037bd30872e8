"""Proofs: real processes, real databases, real faults. PROOF_SCALE says what share of the full rounds is run (0.05)."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Protocol

import pytest

from tenon.testing import faults, houses
from tenon.testing.houses import Database, House
from tenon.testing.mailbox import Mailbox, mailbox

SCALE = float(os.environ.get("PROOF_SCALE", "0.05"))
REQUIRED = os.environ.get("TEST_SERVICES") == "require"


class OpenHouse(Protocol):
    """Start one more deployment, on an empty database of its own, that lasts as long as the test."""

    def __call__(self, engine: str, **env: str) -> House: ...


@pytest.fixture(scope="session", autouse=True)
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does, so that no process outlives it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def rounds() -> Callable[[int], int]:
    """How many rounds of the full number this run makes; never none."""
    return lambda full: max(1, round(full * SCALE))


@pytest.fixture
def proof_record(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Keep what a proof has counted: `proof_record(rounds=50, statuses={200: 3200})`. `make prove` writes it down.

    Only what is the same in every run of the same size: no durations, no chance.
    """
    return lambda **counts: record_property("proof", counts)


@pytest.fixture(scope="session")
def cluster() -> Iterator[faults.Postgres]:
    """A PostgreSQL cluster of our own."""
    with _or_skip(), faults.postgres() as running:
        yield running


@pytest.fixture
def redis_server() -> Iterator[faults.Redis]:
    """A Redis of our own, empty."""
    with _or_skip(), faults.redis() as running:
        yield running


@contextmanager
def _or_skip() -> Iterator[None]:
    """A program that is not installed skips the proof with a line that says so, or fails it where all are required."""
    try:
        yield
    except faults.NotInstalled as missing:
        if REQUIRED:
            pytest.fail(f"TEST_SERVICES=require: {missing}", pytrace=False)
        pytest.skip(f"not proved: {missing}")


@pytest.fixture(scope="session")
def mail() -> Iterator[Mailbox]:
    """Everybody's mail."""
    with mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Database]:
    """Make an empty, migrated database: `new_database("postgresql")` is used as the application role."""

    @cache
    def postgresql() -> faults.Postgres:
        cluster: faults.Postgres = request.getfixturevalue("cluster")
        houses.postgres_template(cluster)
        return cluster

    def make(engine: str) -> Database:
        folder = tmp_path_factory.mktemp(engine)
        if engine == "sqlite":
            return houses.sqlite_database(folder)
        return houses.postgres_database(postgresql(), folder)

    return make


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, new_database: Callable[[str], Database], mail: Mailbox) -> Iterator[House]:
    """A deployment that many proofs share; each brings people of its own."""
    with houses.house(new_database(request.param), mail) as running:
        yield running


@pytest.fixture
def open_house(new_database: Callable[[str], Database], mail: Mailbox) -> Iterator[OpenHouse]:
    """Deployments of one proof alone."""
    with ExitStack() as stack:

        def start(engine: str, **env: str) -> House:
            return stack.enter_context(houses.house(new_database(engine), mail, **env))

        yield start
