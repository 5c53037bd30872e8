"""Programs that are not installed are named, so that whoever needs them can be skipped."""

import shutil
from pathlib import Path

import pytest

from tenon.testing import faults


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))


def test_postgres_is_named() -> None:
    with pytest.raises(faults.NotInstalled, match="PostgreSQL"), faults.postgres():
        pytest.fail("there is nothing to start")


def test_redis_is_named() -> None:
    with pytest.raises(faults.NotInstalled, match="redis-server"), faults.redis():
        pytest.fail("there is nothing to start")
