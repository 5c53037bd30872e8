"""What happened to files: ids and values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event

_EXAMPLE = {
    "organization_id": "01939c70-2b1f-7c43-8f0e-3d5c7a9b1e42",
    "actor_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "file_id": "01939c91-3d20-7a55-8c11-6e0f9a8b7c6d",
    "purpose": "attachment",
}


@dataclass(frozen=True)
class FileEvent(Event):
    """Something that happened to a file."""

    organization_id: Annotated[UUID, "The organization."]
    actor_id: Annotated[UUID | None, "The person or key that did it; null where the system did."]
    file_id: Annotated[UUID, "The file."]
    purpose: Annotated[str, "What it is for, such as `attachment`."]


@dataclass(frozen=True)
class FileUploaded(FileEvent):
    """A file was examined and can be read."""

    name: ClassVar[str] = "files.uploaded"
    public: ClassVar[bool] = True
    audited: ClassVar[str] = "files:file:uploaded"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "content_type": "image/jpeg",
        "size": 48213,
        "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }

    content_type: Annotated[str, "What the bytes are."]
    size: Annotated[int, "Bytes."]
    checksum: Annotated[str, "SHA-256 of the bytes, in hex."]


@dataclass(frozen=True)
class UploadRefused(FileEvent):
    """The bytes of an upload were not taken; `reason` says why."""

    name: ClassVar[str] = "files.upload_refused"
    audited: ClassVar[str] = "files:file:refused"

    reason: str


@dataclass(frozen=True)
class FileDeleted(FileEvent):
    """A file is gone."""

    name: ClassVar[str] = "files.deleted"
    public: ClassVar[bool] = True
    audited: ClassVar[str] = "files:file:deleted"
    example: ClassVar[Mapping[str, Any]] = {**_EXAMPLE, "reason": "deleted"}

    reason: Annotated[
        str, "Why: `deleted`, `retention` when its time was up, or `erased` with whoever alone had it."
    ] = "deleted"
