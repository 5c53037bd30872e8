"""Each test registers what it needs; nothing of the apps' own handlers takes part."""

import pytest

from tenon.kernel.outbox import registry


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_consumers", "_jobs", "_schedules"):
        monkeypatch.setattr(registry, name, {})
