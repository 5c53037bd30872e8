"""Stores to count in: the database alone, a Redis of our own, and a Redis that is not there."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tenon.kernel import redis_client
from tenon.testing import faults
from tenon.testing.servers import HOST, free_port

LIMITS = {"guess": "3/min", "read": "5/min", "wide": "1000/min", "free": "off", "brief": "2/s"}


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> Iterator[None]:
    """Limits of the tests' own; `guess` guards a secret."""
    settings.RATE_LIMITS = LIMITS
    settings.DURABLE_RATE_LIMITS = frozenset({"guess"})
    redis_client.close_breaker()
    yield
    redis_client.close_breaker()


@pytest.fixture
def database_only(settings: Settings) -> None:
    settings.REDIS_URL = ""


@pytest.fixture(scope="session")
def redis_server() -> Iterator[faults.Redis]:
    try:
        with faults.redis() as server:
            yield server
    except faults.NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture
def own_redis(redis_server: faults.Redis, settings: Settings) -> Iterator[faults.Redis]:
    """A running, empty Redis that the test may kill."""
    if not (redis_server.process and redis_server.process.running):
        redis_server.start()
    settings.REDIS_URL = redis_server.url
    redis_client.client(redis_server.url).flushall()
    yield redis_server
    redis_client.client(redis_server.url).close()


@pytest.fixture
def lost_redis(settings: Settings) -> None:
    """A port that nobody listens on."""
    settings.REDIS_URL = f"redis://{HOST}:{free_port()}/0"


@pytest.fixture(params=["database", "redis"])
def store(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on either store."""
    request.getfixturevalue("database_only" if request.param == "database" else "own_redis")
    return str(request.param)
