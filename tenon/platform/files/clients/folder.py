"""Bytes in a folder of this machine, or of one that all machines mount. Signed addresses are routes of our own."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.urls import reverse

from tenon.platform.files.clients.stores import Announced, SignedUpload, StoredObject


class FolderStore:
    """A Store on Django's FileSystemStorage. A file appears under its key when all of it is there."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage

    def sign_upload(self, announced: Announced, *, token: str) -> SignedUpload:
        path = reverse("files:signed-upload", args=[token])
        return SignedUpload(f"{settings.SITE_URL}{path}", "PUT", headers={"Content-Type": announced.content_type})

    def sign_download(self, key: str, *, disposition: str, content_type: str, seconds: int, token: str) -> str:
        return reverse("files:signed-download", args=[token])

    def save(self, key: str, content: IO[bytes], *, content_type: str) -> None:
        content.seek(0)
        # Nobody finds half a file, should the machine go down while it is written.
        partial = self.storage.save(f"{key}.{token_hex(4)}.partial", File(content))
        self._path(partial).replace(self._path(key))

    def open(self, key: str) -> IO[bytes] | None:
        with suppress(FileNotFoundError):
            return self._path(key).open("rb")
        return None

    def size(self, key: str) -> int | None:
        with suppress(FileNotFoundError):
            return int(self._path(key).stat().st_size)
        return None

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def folders(self) -> Iterator[str]:
        root = Path(self.storage.location)
        if root.is_dir():
            yield from sorted(each.name for each in root.iterdir() if each.is_dir())

    def objects(self, folder: str) -> Iterator[StoredObject]:
        root = Path(self.storage.location)
        for path in sorted((root / folder).rglob("*")):
            with suppress(FileNotFoundError):
                found = path.stat()
                if path.is_file():
                    changed = datetime.fromtimestamp(found.st_mtime, UTC)
                    yield StoredObject(path.relative_to(root).as_posix(), found.st_size, changed)

    def _path(self, key: str) -> Path:
        return Path(self.storage.path(key))
