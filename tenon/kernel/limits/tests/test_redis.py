"""Redis as the quick store, and what becomes of the limits when it is lost."""

import logging
import time
from collections import Counter as Calls

import pytest
import redis
from pytest_django.fixtures import Settings

from tenon.kernel import metrics, redis_client
from tenon.kernel.limits.counting import give_back, hit, hit_all
from tenon.kernel.limits.models import Counter
from tenon.kernel.redis_client import RedisLost
from tenon.testing.faults import Redis

pytestmark = pytest.mark.django_db


def test_all_counters_of_a_call_are_one_round_trip(own_redis: Redis) -> None:
    def calls() -> Calls:
        stats = redis_client.client(own_redis.url).info("commandstats")
        return Calls({name.removeprefix("cmdstat_"): each["calls"] for name, each in stats.items()})

    hit_all([("read", "a"), ("wide", "b")])
    before = calls()
    hit_all([("read", "a"), ("wide", "b")])
    # All but EVALSHA and our own INFO ran inside the script.
    assert calls() - before == {"evalsha": 1, "info": 1, "get": 4, "incrby": 2, "pttl": 2}


def test_a_server_that_forgot_the_script_is_given_it_again(own_redis: Redis) -> None:
    assert hit("read", "a").remaining == 4
    redis_client.client(own_redis.url).script_flush()
    assert hit("read", "a").remaining == 3


def test_every_key_ends_by_itself_and_begins_with_the_prefix(own_redis: Redis, settings: Settings) -> None:
    for _ in range(7):
        hit_all([("read", "a"), ("guess", "b")])
    give_back("read", "a")
    hit("read", "a")
    client = redis_client.client(own_redis.url)
    keys = client.keys("*")
    assert len(keys) == 2
    for key in keys:
        assert key.decode().startswith(f"{settings.REDIS_KEY_PREFIX}:limit:")
        assert 0 < client.pttl(key) <= 60_000


def test_only_durable_limits_are_written_to_the_database(own_redis: Redis) -> None:
    hit_all([("read", "a"), ("guess", "b")])
    assert [counter.id.partition(":")[0] for counter in Counter.objects.all()] == ["guess"]


def test_a_refusal_by_redis_leaves_the_database_alone(own_redis: Redis) -> None:
    for _ in range(5):
        hit("guess", "a")
    # A refusal by the database would have been noted there by a number below zero.
    assert Counter.objects.get().remaining == 0


def test_killed_redis_leaves_durable_limits_with_the_count_already_spent(own_redis: Redis) -> None:
    assert [hit("guess", "a").allowed for _ in range(2)] == [True, True]
    own_redis.kill()
    assert [hit("guess", "a").allowed for _ in range(3)] == [True, False, False]
    own_redis.start()
    redis_client.close_breaker()
    # It has forgotten everything; the database has not.
    assert not hit("guess", "a").allowed
    assert hit("guess", "b").allowed


def test_what_redis_counted_before_the_database_refused_is_given_back(own_redis: Redis) -> None:
    for _ in range(3):
        hit("guess", "a")
    redis_client.client(own_redis.url).flushall()
    guess, read = hit_all([("guess", "a"), ("read", "a")])
    assert not guess.allowed
    assert read.allowed
    assert hit("read", "a").remaining == 4
    give_back("guess", "a")
    assert hit("guess", "a").allowed


@pytest.mark.usefixtures("lost_redis")
def test_without_redis_other_limits_open_with_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    before = metrics.limits_opened.labels("read")._value.get()
    with caplog.at_level(logging.ERROR):
        verdicts = [hit_all([("read", "a"), ("guess", "a")]) for _ in range(7)]
    assert all(read.allowed for read, _ in verdicts)
    assert [guess.allowed for _, guess in verdicts] == [True] * 3 + [False] * 4
    assert metrics.limits_opened.labels("read")._value.get() - before == 7
    opened = [record for record in caplog.records if record.message == "limits_opened"]
    assert [record.__dict__["names"] for record in opened] == [["read"]]


@pytest.mark.usefixtures("lost_redis")
def test_without_redis_a_success_is_still_given_back() -> None:
    for _ in range(6):
        assert hit("guess", "a").allowed
        give_back("guess", "a")


@pytest.mark.usefixtures("lost_redis")
def test_a_lost_redis_is_left_alone_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[str] = []

    def refused(client: redis.Redis) -> None:
        attempts.append("tried")
        raise redis.ConnectionError

    for _ in range(5):
        with pytest.raises(RedisLost):
            redis_client.call(refused)
    assert attempts == ["tried"]
    monkeypatch.setattr(redis_client, "_closed_until", time.monotonic() - 1)
    with pytest.raises(RedisLost):
        redis_client.call(refused)
    assert attempts == ["tried", "tried"]


def test_a_connection_that_broke_is_tried_once_again(own_redis: Redis) -> None:
    hit("read", "a")
    own_redis.kill()
    own_redis.start()
    # The pooled connection is dead, the server is not: nothing is lost but the count.
    assert hit("read", "a").remaining == 4
