"""What is common to the engines: a copy of the template, and a server that makes and removes copies."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

PREFIX = "tenon_test"
KEEP_SECONDS = 24 * 3600  # what an ended run left behind, and templates that nobody used, go after a day


class NotOurs(AssertionError):
    """A database was to be removed or replaced whose name does not begin with `tenon_test`."""


@dataclass(frozen=True)
class Clone:
    """A copy of the template. `facts` are Django's NAME, USER, PASSWORD, HOST and PORT."""

    facts: Mapping[str, str]
    url: str
    migration_url: str

    @property
    def name(self) -> str:
        return self.facts["NAME"]

    def environment(self) -> dict[str, str]:
        """What a process must be told to work on this database."""
        return {
            "DATABASE_URL": self.url,
            "MIGRATION_DATABASE_URL": self.migration_url,
            "TEST_PROCESS_DATABASE_URL": self.url,
            "DATABASE_SYSTEM_ROLE": settings.DATABASE_SYSTEM_ROLE,
        }

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let Django's connections of all threads go to this database."""
        connection = connections[DEFAULT_DB_ALIAS]
        before = {name: connection.settings_dict[name] for name in self.facts}
        connection.close()
        connection.settings_dict.update(self.facts)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)


class Server(ABC):
    """Where databases of the suite live. `named` is the database that the settings name, as Django writes it."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        self.named = named
        self.spares: list[Clone] = []

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """No other run prepares the template or copies it meanwhile."""

    @abstractmethod
    def prepare(self, *, anew: bool = False) -> None:
        """Have the template for the migrations as they are now. Called under the lock."""

    @abstractmethod
    def create(self, name: str) -> Clone:
        """A copy of the template. Called under the lock."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Remove a copy; there need not be one. Raises NotOurs."""

    @abstractmethod
    def line(self) -> str:
        """The engine, its version, and as whom the tests connect."""

    @contextmanager
    def lent(self, name: str) -> Iterator[Clone]:
        """A fresh copy of the template for as long as somebody needs it."""
        with self.locked():
            self.prepare()
            clone = self.create(name)
        yield clone
        self.drop(clone.name)

    def forget_spares(self) -> None:
        """Remove what was kept to be lent again. Called when the run ends."""
        while self.spares:
            self.drop(self.spares.pop().name)

    @contextmanager
    def crowd(self, size: int) -> Iterator[None]:
        """There is room for so many more connections at once."""
        yield

    def renew(self, name: str) -> None:
        """Replace a copy by a fresh one of the same name."""
        with self.locked():
            self.drop(name)
            self.create(name)


def require_ours(name: str) -> None:
    """Raises NotOurs."""
    if not name.rpartition("/")[2].startswith(f"{PREFIX}_"):
        raise NotOurs(f"{name!r} is no database of the suite.")
