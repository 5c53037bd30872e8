"""What each step in and out of a scope sends to PostgreSQL: one statement, and only what differs."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

from tenon.kernel.tenancy import session
from tenon.kernel.tenancy.scope import Scope, ScopeKind

ACME, ADA = UUID(int=1), UUID(int=2)
ORGANIZATION = Scope(ScopeKind.ORGANIZATION, ACME)
SELF = Scope(ScopeKind.SELF, ADA)
SYSTEM = Scope(ScopeKind.SYSTEM, reason="to try it")
READING = Scope(ScopeKind.ORGANIZATION, ACME, read_only=True)


class Recorder:
    """A connection that writes down what it is sent."""

    def __init__(self, vendor: str = "postgresql") -> None:
        self.vendor = vendor
        self.sent: list[dict[str, str]] = []

    @contextmanager
    def cursor(self):
        yield self

    def execute(self, sql: str, params: list[str]) -> None:
        names, values = params[::2], params[1::2]
        assert sql == "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(names))
        self.sent.append(dict(zip(names, values, strict=True)))


@pytest.fixture(autouse=True)
def _names(settings: Settings) -> None:
    settings.DATABASE_SYSTEM_ROLE = "everybody"


def sent(
    step: Callable[..., None], scope: Scope, outer: Scope | None, vendor: str = "postgresql"
) -> list[dict[str, str]]:
    connection: Any = Recorder(vendor)
    step(cast(BaseDatabaseWrapper, connection), scope, outer=outer)
    return connection.sent


@pytest.mark.parametrize(
    ("scope", "outer", "expected"),
    [
        (ORGANIZATION, None, {"app.organization": str(ACME), "app.user": ""}),
        (SELF, None, {"app.organization": "", "app.user": str(ADA)}),
        (SYSTEM, None, {"role": "everybody", "app.organization": "", "app.user": ""}),
        (READING, None, {"app.organization": str(ACME), "app.user": "", "transaction_read_only": "on"}),
        (SYSTEM, ORGANIZATION, {"role": "everybody", "app.organization": ""}),
        (ORGANIZATION, SYSTEM, {"role": "none", "app.organization": str(ACME)}),
        (SELF, ORGANIZATION, {"app.organization": "", "app.user": str(ADA)}),
    ],
)
def test_entering(scope: Scope, outer: Scope | None, expected: dict[str, str]):
    assert sent(session.enter, scope, outer) == [expected]


@pytest.mark.parametrize(
    ("scope", "outer", "expected"),
    [
        (ORGANIZATION, None, {"app.organization": ""}),
        (SYSTEM, None, {"role": "none"}),
        (SYSTEM, ORGANIZATION, {"role": "none", "app.organization": str(ACME)}),
        (READING, None, {"app.organization": ""}),
        (SELF, SYSTEM, {"role": "everybody", "app.user": ""}),
    ],
)
def test_leaving(scope: Scope, outer: Scope | None, expected: dict[str, str]):
    assert sent(session.leave, scope, outer) == [expected]


@pytest.mark.parametrize("vendor", ["sqlite", "mysql"])
def test_other_engines_are_sent_nothing(vendor: str):
    assert sent(session.enter, SYSTEM, None, vendor) == sent(session.leave, SYSTEM, None, vendor) == []
