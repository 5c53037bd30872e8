"""A secret key of one checkout's own."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tenon.delivery.settings.local_secret import local_secret


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = local_secret(path)
    assert len(secret) >= 64
    assert local_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_two_checkouts_have_two(tmp_path: Path) -> None:
    assert local_secret(tmp_path / "one") != local_secret(tmp_path / "two")


def test_processes_that_start_at_once_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret_key"
    before = Path.exists

    def unseen(file: Path) -> bool:
        """Nobody sees the file of another before it makes its own."""
        return False if file == path else before(file)

    monkeypatch.setattr(Path, "exists", unseen)
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: local_secret(path), range(8)))
    assert len(secrets) == 1
    assert path.read_text() in secrets
