"""The holdings, by name. Filled when the apps are ready."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


class Erase(Protocol):
    """How a holding forgets a person: `erase(user_id=…, now=…)`."""

    def __call__(self, *, user_id: UUID, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """What one app keeps of persons. `name` is the app's label, or the label and a noun: `files`, `identity.sessions`.

    `export(user_id)` returns what is kept of the person, as JSON types, UUIDs, dates and decimals; it is what the
    person receives, so it holds no secrets and nothing of other people. It is called in a read-only system scope.

    `erase` deletes the person's rows, or makes nameless what others still need. It is called in a system scope of its
    own, which is one transaction: all of the holding or nothing. It must not mind being called again, does no I/O but
    the database, and enqueues as a job what must reach further (a stored object, a provider). The account itself is
    still there when it runs: identity's holding, which alone says `last`, leaves a tombstone under the same id, so
    that keys to it stay valid.
    """

    name: str
    export: Callable[[UUID], Any]
    erase: Erase
    last: bool = False


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add what an app holds. Raises ValueError for a name that is taken or reads otherwise than `app` or `app.noun`."""
    if not _NAME.fullmatch(holding.name):
        raise ValueError(f"A holding is named like its app, or app.noun, not {holding.name!r}.")
    if holding.name in _holdings:
        raise ValueError(f"The holding {holding.name!r} is registered already.")
    _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Every holding, by name, in the order in which a person is erased."""
    return sorted(_holdings.values(), key=lambda holding: (holding.last, holding.name))
