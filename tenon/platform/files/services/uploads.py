"""How files come in: through the API, or by a signed address and a completion. Bytes move outside of transactions."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, cast
from uuid import UUID

from django.conf import settings

from tenon.kernel.errors import FieldError, NotFound, TenonError, Unavailable
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import policies
from tenon.platform.files.clients.current import store
from tenon.platform.files.clients.stores import Announced, SignedUpload
from tenon.platform.files.engines import names, purposes, signatures
from tenon.platform.files.engines.purposes import Purpose
from tenon.platform.files.errors import (
    FileTooLarge,
    NotUploaded,
    SignatureExpired,
    UnknownPurpose,
    UploadClosed,
)
from tenon.platform.files.events import FileUploaded, UploadRefused
from tenon.platform.files.models import File
from tenon.platform.files.selectors import FileFacts, facts_of, find
from tenon.platform.files.services import quota
from tenon.platform.files.services.deleting import organization_of
from tenon.platform.files.services.examining import Examined, examine, refused
from tenon.platform.organizations.policies import may, require

KEPT = timedelta(days=7)  # how long it can be read why an upload was refused
_UNAVAILABLE = "unavailable"
_PEOPLE = {PrincipalKind.USER, PrincipalKind.STAFF}


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """Where the bytes of a file are to be sent, and until when."""

    file_id: UUID
    upload: SignedUpload
    expires_at: datetime


def begin(
    *,
    principal: Principal,
    purpose: str,
    name: str,
    size: int,
    content_type: str,
    now: datetime,
    checksum: str = "",
    operation: Operation | None = None,
) -> UploadTicket:
    """Announce a file, and get a signed address for its bytes. `checksum` is their SHA-256 in hex, if it is known.

    Whoever repeats an `operation` gets an address for the same file. Raises Forbidden, UnknownPurpose, FileTooLarge,
    QuotaUsedUp.
    """
    file = _announce(principal, purpose, name, size, content_type, checksum, now, operation)
    until = cast(datetime, file.expires_at)
    announced = Announced(file.storage_key, size, content_type, checksum, int((until - now).total_seconds()))
    signed = signatures.Signed(organization_of(file), file.id, str(size))
    upload = store().sign_upload(announced, token=signatures.sign("upload", signed, until=until))
    return UploadTicket(file.id, upload, until)


def receive(*, word: str, content: IO[bytes], now: datetime) -> None:
    """Take the bytes that a signed address of ours was given. Raises SignatureExpired, UploadClosed, NotUploaded."""
    signed = signatures.read("upload", word, now=now)
    if signed is None:
        raise SignatureExpired
    with organization_scope(signed.organization_id, read_only=True):
        file = File.objects.filter(pk=signed.file_id).first()
    if file is None or file.state != File.State.PENDING:
        raise UploadClosed
    if content.seek(0, 2) != file.size:
        raise NotUploaded
    store().save(file.storage_key, content, content_type=file.content_type)


def complete(*, principal: Principal, file_id: UUID, now: datetime) -> FileFacts:
    """Look at the bytes of an announced file, and keep them. Twice is as good as once.

    Raises Forbidden, NotFound, NotUploaded, UploadClosed, ChecksumDiffers, FileRefused, ImageRefused; a refusal ends
    the upload.
    """
    require(may(principal, policies.WRITE))
    organization_id = principal.acting_in
    with organization_scope(organization_id, read_only=True):
        file = find(file_id)
    if file.state == File.State.READY:
        return facts_of(file)
    if file.state != File.State.PENDING or cast(datetime, file.expires_at) < now:
        raise UploadClosed
    bytes_there = store().size(file.storage_key)
    if bytes_there is None:
        raise NotUploaded
    if bytes_there != file.size:
        _refuse(principal, file, "size_differs", now=now)
        raise refused("size_differs")
    content = store().open(file.storage_key)
    if content is None:
        raise NotUploaded
    with content:
        return _settle(principal, file, content, now=now)


def upload(
    *,
    principal: Principal,
    purpose: str,
    name: str,
    content: IO[bytes],
    now: datetime,
    content_type: str = "",
    checksum: str = "",
    operation: Operation | None = None,
) -> FileFacts:
    """Take a file at once. An `operation` that is repeated goes on with the file that it has announced.

    Raises Forbidden, UnknownPurpose, FileTooLarge, QuotaUsedUp, ChecksumDiffers, FileRefused, ImageRefused.
    """
    size = content.seek(0, 2)
    file = _announce(principal, purpose, name, size, content_type, checksum, now, operation)
    if file.state == File.State.READY:  # only its answer was lost
        return facts_of(file)
    try:
        return _settle(principal, file, content, now=now)
    except Unavailable:
        # Nothing waits for a second try: whoever sent it still has it.
        _refuse(principal, file, _UNAVAILABLE, now=now)
        raise


def _announce(
    principal: Principal,
    purpose: str,
    name: str,
    size: int,
    content_type: str,
    checksum: str,
    now: datetime,
    operation: Operation | None,
) -> File:
    require(may(principal, policies.WRITE))
    known = purposes.find(purpose)
    if known is None or not known.offered:
        raise UnknownPurpose(errors=[FieldError("/purpose", UnknownPurpose.code, UnknownPurpose.message)])
    if size > known.limit:
        raise FileTooLarge(errors=[FieldError("/size", FileTooLarge.code, FileTooLarge.message)])
    organization_id = principal.acting_in
    quota.begin(organization_id)

    def insert() -> UUID:
        file_id = new_id()
        with organization_scope(organization_id):
            quota.reserve(size)
            File.objects.create(
                id=file_id,
                uploaded_by_id=principal.id if principal.kind in _PEOPLE else None,
                purpose=purpose,
                name=names.clean(name),
                content_type=content_type,
                size=size,
                checksum=checksum,
                storage_key=f"{organization_id.hex}/{file_id.hex}-incoming",
                expires_at=now + timedelta(minutes=settings.FILES_UPLOAD_MINUTES),
            )
        return file_id

    tries = 0
    while True:
        tries += 1
        file_id = insert() if operation is None else UUID(str(operation.commit(f"announced {tries}", insert)))
        with organization_scope(organization_id, read_only=True):
            file = find(file_id)
        # What could not be looked at the last time is another file this time.
        if file.refusal != _UNAVAILABLE:
            return file


def _settle(principal: Principal, file: File, content: IO[bytes], *, now: datetime) -> FileFacts:
    """Examine, store under a key of its own, and then say so: of several at once the first one counts."""
    purpose = cast(Purpose, purposes.find(file.purpose))
    try:
        examined = examine(
            content, purpose=purpose, announced=file.content_type, name=file.name, checksum=file.checksum
        )
    except Unavailable:
        raise
    except TenonError as refusal:
        _refuse(principal, file, str(refusal.extra.get("reason", refusal.code)), now=now)
        raise
    key = f"{organization_of(file).hex}/{file.id.hex}-{secrets.token_hex(8)}"
    store().save(key, examined.content, content_type=examined.content_type)
    return _note(principal, file, key, examined, purpose, now=now)


def _note(
    principal: Principal, announced: File, key: str, examined: Examined, purpose: Purpose, *, now: datetime
) -> FileFacts:
    organization_id = organization_of(announced)
    refusal: TenonError | None = None
    with organization_scope(organization_id):
        file = File.objects.select_for_update().filter(pk=announced.id).first()
        if file is None or file.state != File.State.PENDING:
            enqueue("files.remove_bytes", {"keys": [key]}, organization_id=organization_id)
            if file is None:
                refusal = NotFound()
            elif file.state != File.State.READY:
                refusal = UploadClosed()
        else:
            enqueue("files.remove_bytes", {"keys": [file.storage_key]}, organization_id=organization_id)
            quota.release(file.size - examined.size)
            file.name = names.fitting(file.name, examined.content_type)
            file.content_type, file.size, file.checksum = examined.content_type, examined.size, examined.checksum
            file.width, file.height = examined.width, examined.height
            file.state, file.storage_key = File.State.READY, key
            file.expires_at = now + purpose.keep if purpose.keep else None
            file.save()
            publish(
                FileUploaded(
                    organization_id,
                    principal.id,
                    file.id,
                    file.purpose,
                    content_type=file.content_type,
                    size=file.size,
                    checksum=file.checksum,
                ),
                aggregate=f"file:{file.id}",
                organization_id=organization_id,
            )
    # What is to be removed is written down before anybody is refused.
    if refusal is not None:
        raise refusal
    return facts_of(cast(File, file))


def _refuse(principal: Principal, announced: File, reason: str, *, now: datetime) -> None:
    """End an upload. Committed before the caller hears of it."""
    organization_id = organization_of(announced)
    with organization_scope(organization_id):
        file = File.objects.select_for_update().filter(pk=announced.id, state=File.State.PENDING).first()
        if file is None:
            return
        file.state, file.refusal, file.expires_at = File.State.REFUSED, reason, now + KEPT
        file.save(update_fields=["state", "refusal", "expires_at"])
        quota.release(file.size)
        enqueue("files.remove_bytes", {"keys": [file.storage_key]}, organization_id=organization_id)
        publish(
            UploadRefused(organization_id, principal.id, file.id, file.purpose, reason=reason),
            aggregate=f"file:{file.id}",
            organization_id=organization_id,
        )
