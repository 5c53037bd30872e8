"""A change reaches another process, by message or without."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.platform.flags import services
from tenon.platform.flags.selectors import snapshot as snapshots
from tenon.platform.flags.tests.factories import SYSTEM
from tenon.testing import faults
from tenon.testing.databases import Clone

# Another process that evaluates all the time, and says when the value has changed.
_WATCH = """
import sys, time
import django
django.setup()
from django.conf import settings
settings.REDIS_URL, settings.REDIS_KEY_PREFIX = sys.argv[1:]
from tenon.platform.flags import services
from tenon.platform.flags.selectors.snapshot import snapshot
value, hears = None, False
while True:
    now = services.is_on("checkout")
    if now is not value:
        value = now
        print("on" if value else "off", flush=True)
    if not hears and snapshot._listener is not None and snapshot._listener.hears:
        hears = True
        print("hears", flush=True)
    time.sleep(0.01)
"""


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """A database that another process sees."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield module_database


@contextmanager
def watching(database: Clone, *, redis_url: str, prefix: str) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [sys.executable, "-c", _WATCH, redis_url, prefix],
        env={**os.environ, **database.environment()},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def says(process: "subprocess.Popen[str]") -> str:
    """The next line, for which the run's own time limit waits."""
    return process.stdout.readline().strip()


def test_without_redis_a_change_is_polled(database, settings):
    settings.REDIS_URL = ""
    services.set_flag(principal=SYSTEM, key="checkout", is_enabled=True, rest=False)
    with watching(database, redis_url="", prefix="none") as process:
        for rest, word in ((False, "off"), (True, "on"), (False, "off")):
            services.set_flag(principal=SYSTEM, key="checkout", rest=rest)
            assert says(process) == word


def test_with_redis_a_change_is_told(database, settings, monkeypatch):
    try:
        with faults.redis() as server:
            settings.REDIS_URL = server.url
            services.set_flag(principal=SYSTEM, key="checkout", is_enabled=True, rest=False)
            with watching(database, redis_url=server.url, prefix=settings.REDIS_KEY_PREFIX) as process:
                assert {says(process), says(process)} == {"off", "hears"}
                # This process hears as well, and from now on neither asks again before half a minute is over.
                assert not services.is_on("checkout")
                for rest, word in ((True, "on"), (False, "off"), (True, "on")):
                    services.set_flag(principal=SYSTEM, key="checkout", rest=rest)
                    assert says(process) == word
                    assert services.is_on("checkout") is rest
    except faults.NotInstalled as missing:
        pytest.skip(str(missing))


def test_a_lost_redis_is_polled_around(database, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    services.set_flag(principal=SYSTEM, key="checkout", is_enabled=True, rest=True)
    assert services.is_on("checkout")
    assert snapshots.snapshot._listener.hears is False
    services.set_flag(principal=SYSTEM, key="checkout", rest=False)
    assert not services.is_on("checkout")
