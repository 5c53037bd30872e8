"""Which services this run has, which tests need them, and what to say of it at the end."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from redis import Redis, RedisError

from tenon.testing.databases import server
from tenon.testing.databases.mariadb import MariadbServer
from tenon.testing.databases.postgresql import PostgresqlServer
from tenon.testing.databases.sqlite import SqliteServer


@dataclass(frozen=True)
class Service:
    """Something that a test may need. `excused` tells a run that is about another database, and may lack it."""

    marker: str
    title: str
    variable: str
    present: Callable[[], bool]
    excused: Callable[[], bool] = lambda: False


SERVICES = (
    Service(
        "postgresql",
        "PostgreSQL",
        "TEST_DATABASE_URL",
        present=lambda: isinstance(server(), PostgresqlServer),
        excused=lambda: not isinstance(server(), SqliteServer),
    ),
    Service(
        "mariadb",
        "MariaDB",
        "TEST_DATABASE_URL",
        present=lambda: isinstance(server(), MariadbServer),
        excused=lambda: True,  # a run that has all services is on PostgreSQL
    ),
    Service(
        "redis",
        "Redis",
        "TEST_REDIS_URL",
        present=lambda: bool(settings.REDIS_URL),
        excused=lambda: isinstance(server(), MariadbServer),
    ),
)


def require_for(item: pytest.Item) -> None:
    """Skip a test whose service this run has not; with TEST_SERVICES=require, fail it."""
    for service in SERVICES:
        if item.get_closest_marker(service.marker) is None or service.present():
            continue
        reason = f"needs {service.title} ({service.variable})"
        if os.environ.get("TEST_SERVICES") == "require" and not service.excused():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def summary(skipped: Iterable[Any]) -> Iterator[str]:
    """What ran on what, and what was skipped, by reason. `skipped` are pytest's reports."""
    yield f"database  {server().line()}"
    yield f"redis     {_redis_line()}"
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, number in sorted(reasons.items()):
        yield f"skipped   {number} × {reason}"


def forget_redis_keys() -> None:
    """Remove what this process has written to Redis."""
    if settings.REDIS_URL:
        client: Redis = Redis.from_url(settings.REDIS_URL)
        with client:
            if keys := list(client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:*", count=1000)):
                client.delete(*keys)


def _redis_line() -> str:
    if not settings.REDIS_URL:
        return "none: the process and the database stand in (TEST_REDIS_URL)"
    parts = urlsplit(settings.REDIS_URL)
    where = f"{parts.hostname}:{parts.port or 6379}{parts.path}"
    try:
        with Redis.from_url(settings.REDIS_URL) as client:
            return f"Redis {client.info('server')['redis_version']} at {where}"
    except RedisError as error:
        return f"{where} does not answer ({type(error).__name__})"
