"""Reading files. Values leave; querysets are for a list's own scope."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from tenon.kernel.errors import NotFound
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files.clients.current import store
from tenon.platform.files.engines import names, signatures, types
from tenon.platform.files.errors import NotReady, SignatureExpired
from tenon.platform.files.models import File


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file; see the model."""

    id: UUID
    name: str
    purpose: str
    content_type: str
    size: int
    checksum: str
    width: int | None
    height: int | None
    state: str
    refusal: str
    uploaded_by_id: UUID | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, to be closed by whoever reads them, and how they are to be sent."""

    stream: IO[bytes]
    size: int
    content_type: str
    checksum: str
    disposition: str


def files() -> QuerySet[File]:
    """The files of the scope's organization."""
    return File.objects.all()


def file_facts(*, organization_id: UUID, file_id: UUID) -> FileFacts:
    """One file. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        return facts_of(find(file_id))


def download_address(*, organization_id: UUID, file_id: UUID, inline: bool, now: datetime) -> str:
    """A signed address that gives the bytes for a while, without further credentials. Raises NotFound, NotReady.

    Only pictures are shown in place; everything else is to be saved.
    """
    with organization_scope(organization_id, read_only=True):
        file = _ready(file_id)
    inline = inline and file.content_type in types.IMAGES
    seconds = settings.FILES_DOWNLOAD_SECONDS
    signed = signatures.Signed(organization_id, file_id, "inline" if inline else "attachment")
    return store().sign_download(
        file.storage_key,
        disposition=names.disposition(file.name, inline=inline),
        content_type=_sent_as(file.content_type),
        seconds=seconds,
        token=signatures.sign("download", signed, until=now + timedelta(seconds=seconds)),
    )


def open_signed(*, word: str, now: datetime) -> Content:
    """What a signed address of ours gives. Raises SignatureExpired."""
    signed = signatures.read("download", word, now=now)
    if signed is None:
        raise SignatureExpired
    content = open_file(organization_id=signed.organization_id, file_id=signed.file_id, inline=signed.rest == "inline")
    if content is None:
        raise SignatureExpired
    return content


def open_file(*, organization_id: UUID, file_id: UUID, inline: bool = False) -> Content | None:
    """A ready file's bytes, for an app above; None where they are lost. Raises NotFound, NotReady."""
    with organization_scope(organization_id, read_only=True):
        file = _ready(file_id)
    stream = store().open(file.storage_key)
    if stream is None:
        return None
    disposition = names.disposition(file.name, inline=inline)
    return Content(stream, file.size, _sent_as(file.content_type), file.checksum, disposition)


def held_of(user_id: UUID) -> list[dict[str, Any]]:
    """The files that a person sent, in any organization, without their bytes."""
    sent = File.objects.filter(uploaded_by=user_id).order_by("created_at")
    fields = ("id", "organization_id", "name", "purpose", "content_type", "size", "state", "created_at")
    return [cast(dict[str, Any], row) for row in sent.values(*fields)]


def facts_of(file: File) -> FileFacts:
    return FileFacts(
        id=file.id,
        name=file.name,
        purpose=file.purpose,
        content_type=file.content_type,
        size=file.size,
        checksum=file.checksum,
        width=file.width,
        height=file.height,
        state=file.state,
        refusal=file.refusal,
        uploaded_by_id=file.uploaded_by_id,
        created_at=file.created_at,
        updated_at=file.updated_at,
        expires_at=file.expires_at,
    )


def find(file_id: UUID) -> File:
    """The row of a file in the open scope. Raises NotFound."""
    file = File.objects.filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def _ready(file_id: UUID) -> File:
    file = find(file_id)
    if file.state != File.State.READY:
        raise NotReady
    return file


def _sent_as(content_type: str) -> str:
    """Text says its encoding, or browsers guess."""
    return f"{content_type}; charset=utf-8" if content_type in types.TEXTS else content_type
