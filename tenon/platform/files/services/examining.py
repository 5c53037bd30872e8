"""Looking at bytes before anybody else sees them: are they whole, what are they, may they be that, are they clean?"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Text
from tenon.kernel.images import reading
from tenon.platform.files.clients import clamav
from tenon.platform.files.engines import types
from tenon.platform.files.engines.purposes import Purpose
from tenon.platform.files.errors import ChecksumDiffers, FileRefused, ScannerLost

REASONS: dict[str, Text] = {
    "type_refused": _("Files of this kind are not taken for this purpose."),
    "truncated": _("This file is not whole: its end is missing."),
    "trailing_data": _("Something else follows the end of this file."),
    "two_things": _("This file is two things at once."),
    "size_differs": _("This file has another size than was announced."),
    "virus": _("The virus scanner has found something in this file."),
}


@dataclass(frozen=True, slots=True)
class Examined:
    """What is to be kept, and what it is. `content` is the caller's stream, or a cleaned picture."""

    content: IO[bytes]
    content_type: str
    size: int
    checksum: str
    width: int | None = None
    height: int | None = None


def examine(content: IO[bytes], *, purpose: Purpose, announced: str, name: str, checksum: str) -> Examined:
    """Raises ChecksumDiffers, FileRefused, ImageRefused, and DecodersBusy and ScannerLost, which say nothing of it."""
    received = digest(content)
    if checksum and received != checksum:
        raise ChecksumDiffers
    try:
        content_type = types.of(content, announced=announced, name=name)
    except types.BadContent as bad:
        raise refused(bad.reason) from None
    if content_type not in purpose.content_types:
        raise refused("type_refused", content_type)
    _require_harmless(content)
    if content_type not in types.IMAGES:
        return Examined(content, content_type, content.seek(0, 2), received)
    clean = reading.normalise(content)
    kept = BytesIO(clean.content)
    size = len(clean.content)
    return Examined(kept, content_type, size, digest(kept), clean.facts.width, clean.facts.height)


def refused(reason: str, content_type: str = "") -> FileRefused:
    """The refusal, with the reason in words and as a member of the answer."""
    seen = {"content_type": content_type} if content_type else {}
    return FileRefused(detail=REASONS.get(reason), extra={"reason": reason, **seen})


def digest(content: IO[bytes]) -> str:
    """SHA-256 in hex."""
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]


def _require_harmless(content: IO[bytes]) -> None:
    if not settings.VIRUS_SCANNER:
        return
    try:
        found = clamav.scan(content, address=settings.VIRUS_SCANNER, seconds=settings.VIRUS_SCANNER_SECONDS)
    except clamav.ScannerFailed:
        raise ScannerLost from None
    if found:
        raise refused("virus")
