"""Copies of an SQLite file under build/."""

import fcntl
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

from tenon.testing.databases.clone import KEEP_SECONDS, PREFIX, Clone, Server, require_ours
from tenon.testing.databases.template import fingerprint, migrate


class SqliteServer(Server):
    """One folder."""

    @property
    def folder(self) -> Path:
        return Path(settings.BASE_DIR) / "build" / "test-databases"

    @property
    def template(self) -> Path:
        return self.folder / f"{PREFIX}_template_{fingerprint()}.sqlite3"

    @contextmanager
    def locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def prepare(self, *, anew: bool = False) -> None:
        self._forget_old()
        if anew or not self.template.exists():
            draft = self.template.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            migrate(f"sqlite:///{draft}")
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            draft.rename(self.template)
        self.template.touch()

    def create(self, name: str) -> Clone:
        path = self.folder / f"{name}.sqlite3" if "/" not in name else Path(name)
        shutil.copyfile(self.template, path)
        url = f"sqlite:///{path}"
        return Clone({"NAME": str(path)}, url, url)

    def drop(self, name: str) -> None:
        require_ours(name)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)

    def line(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}, a file for each worker"

    def _forget_old(self) -> None:
        before = time.time() - KEEP_SECONDS
        for path in self.folder.glob(f"{PREFIX}_*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
