"""Files for tests."""

from io import BytesIO
from typing import Any
from uuid import UUID

from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.files import services
from tenon.platform.files.engines import signatures
from tenon.platform.files.selectors import FileFacts
from tenon.platform.files.services import UploadTicket
from tenon.platform.identity.tests.factories import NOW

__all__ = ["NOW", "TEXT", "announce", "make_file", "nobody_in", "send", "word_of"]

TEXT = b"Plain words.\n"


def nobody_in(organization_id: UUID) -> Principal:
    """The system, acting in an organization."""
    return Principal(PrincipalKind.SYSTEM, organization_id=organization_id)


def make_file(
    organization_id: UUID, content: bytes = TEXT, *, principal: Principal | None = None, **fields: Any
) -> FileFacts:
    """A file that is ready."""
    values = {"purpose": "attachment", "name": "words.txt", "now": NOW, **fields}
    return services.upload(principal=principal or nobody_in(organization_id), content=BytesIO(content), **values)


def announce(
    organization_id: UUID, content: bytes = TEXT, *, principal: Principal | None = None, **fields: Any
) -> UploadTicket:
    """A file whose bytes are awaited."""
    values = {
        "purpose": "attachment",
        "name": "words.txt",
        "size": len(content),
        "content_type": "text/plain",
        "now": NOW,
        **fields,
    }
    return services.begin(principal=principal or nobody_in(organization_id), **values)


def word_of(ticket: UploadTicket) -> str:
    """The signed word of an address of ours."""
    return ticket.upload.url.rstrip("/").rpartition("/")[2]


def send(ticket: UploadTicket, content: bytes = TEXT) -> None:
    """The bytes, to a signed address of ours."""
    assert signatures.read("upload", word_of(ticket), now=NOW)
    services.receive(word=word_of(ticket), content=BytesIO(content), now=NOW)
