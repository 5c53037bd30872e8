"""What a store of bytes can do: one face for a folder and for a bucket."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """How a client sends bytes: with `headers` as the body of a PUT, or with `fields` before `file` in a form."""

    url: str
    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What lies in the store."""

    key: str
    size: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Announced:
    """An upload as its sender described it. `checksum` is a SHA-256 in hex, or empty."""

    key: str
    size: int
    content_type: str
    checksum: str
    seconds: int


class Store(Protocol):
    """A place for bytes. Keys are ours; none of them holds anything that a person typed."""

    def sign_upload(self, announced: Announced, *, token: str) -> SignedUpload: ...

    def sign_download(self, key: str, *, disposition: str, content_type: str, seconds: int, token: str) -> str: ...

    def save(self, key: str, content: IO[bytes], *, content_type: str) -> None: ...

    def open(self, key: str) -> IO[bytes] | None: ...

    def size(self, key: str) -> int | None: ...

    def remove(self, keys: Iterable[str]) -> None: ...

    def folders(self) -> Iterator[str]: ...

    def objects(self, folder: str) -> Iterator[StoredObject]: ...
