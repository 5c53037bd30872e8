"""Each test registers what it needs; nothing of the apps' own handlers takes part."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.outbox import registry
from tenon.testing.databases.clone import Clone


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_consumers", "_jobs", "_schedules"):
        monkeypatch.setattr(registry, name, {})
    for name in ("_public", "_chores"):
        monkeypatch.setattr(registry, name, [])


@pytest.fixture
def committed(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this test alone, where transactions really commit and threads see one another."""
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield
