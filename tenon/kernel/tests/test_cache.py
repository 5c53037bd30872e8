"""The cache keeps JSON under names of its own, and misses where Redis is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from pytest_django.fixtures import Settings

from tenon.kernel import redis_client
from tenon.kernel.cache import Namespace, api_cache
from tenon.testing import faults
from tenon.testing.servers import HOST, free_port


@pytest.fixture(scope="module")
def redis_server() -> Iterator[faults.Redis]:
    try:
        with faults.redis() as server:
            yield server
    except faults.NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(autouse=True)
def _breaker() -> Iterator[None]:
    redis_client.close_breaker()
    yield
    redis_client.close_breaker()


def _use(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    settings.CACHES = {
        "default": {"BACKEND": "tenon.kernel.cache.ForgivingRedisCache", "LOCATION": url, "KEY_PREFIX": "tests:cache"}
    }


@pytest.fixture(params=["process", "redis"])
def store(request: pytest.FixtureRequest, settings: Settings) -> str:
    if request.param == "redis":
        _use(settings, request.getfixturevalue("redis_server").url)
    else:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].clear()
    return str(request.param)


@pytest.fixture
def lost(settings: Settings) -> None:
    _use(settings, f"redis://{HOST}:{free_port()}/0")


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True]}, "text", 7, [], 0, False])
def test_a_value_comes_back(store: str, value: Any) -> None:
    api_cache.set("key", value, seconds=60)
    assert api_cache.get("key") == value
    api_cache.delete("key")
    assert api_cache.get("key") is None


def test_a_value_comes_back_as_json_says_it_wherever_it_was(store: str) -> None:
    api_cache.set("key", (1, 2), seconds=60)
    assert api_cache.get("key") == [1, 2]


def test_namespaces_do_not_meet(store: str) -> None:
    other = Namespace("other")
    api_cache.set("key", 1, seconds=60)
    assert other.get("key") is None
    other.set("key", 2, seconds=60)
    assert api_cache.get("key") == 1


def test_a_value_is_computed_once(store: str) -> None:
    computed: list[int] = []

    def compute() -> dict[str, int]:
        computed.append(1)
        return {"n": len(computed)}

    assert api_cache.get_or_set("key", compute, seconds=60) == {"n": 1}
    assert api_cache.get_or_set("key", compute, seconds=60) == {"n": 1}
    assert computed == [1]


def test_a_value_ends(store: str) -> None:
    api_cache.set("key", 1, seconds=0)
    assert api_cache.get("key") is None


def test_clearing_the_cache_leaves_the_counters_of_limits_alone(redis_server: faults.Redis, settings: Settings) -> None:
    _use(settings, redis_server.url)
    client = redis_client.client(redis_server.url)
    client.set("tests:limit:guess:1", 3)
    api_cache.set("key", 1, seconds=60)
    cache.clear()
    assert api_cache.get("key") is None
    assert client.get("tests:limit:guess:1") == b"3"


def test_nothing_in_redis_can_run_code(redis_server: faults.Redis, settings: Settings) -> None:
    _use(settings, redis_server.url)
    cache.set("plain", {"a": 1})
    stored = redis_client.client(redis_server.url).get("tests:cache:1:plain")
    assert stored == b'{"a":1}'


@pytest.mark.usefixtures("lost")
def test_a_lost_redis_misses() -> None:
    api_cache.set("key", 1, seconds=60)
    assert api_cache.get("key") is None
    api_cache.delete("key")
    assert api_cache.get_or_set("key", lambda: {"fresh": True}, seconds=60) == {"fresh": True}
    assert cache.get("key", "default") == "default"
    assert cache.get_many(["a"]) == {}
    assert cache.add("key", 1) is False
    assert cache.touch("key") is False
    assert "key" not in cache
    assert cache.set_many({"a": 1}) == []
    cache.delete_many(["a"])
    cache.clear()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")


def test_a_number_is_counted_up(store: str) -> None:
    cache.set("number", 5)
    assert cache.incr("number") == 6
    assert cache.get("number") == 6
