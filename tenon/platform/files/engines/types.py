"""What a file is, by its bytes. What its name or its sender says decides nothing, but which sort of text it is."""

import codecs
from typing import IO

import puremagic

from tenon.kernel.images import polyglots
from tenon.kernel.images.containers import gif, jpeg, png, webp

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
TEXTS = frozenset({"text/plain", "text/csv"})
PDF = "application/pdf"
KNOWN = IMAGES | TEXTS | {PDF}
UNKNOWN = "application/octet-stream"
_HEAD = 4096
_TAIL = 66_000  # bytes: an archive's end, with the longest comment
_PIECE = 1 << 16
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))


class BadContent(Exception):
    """The bytes are not whole, or are two things at once; `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def of(stream: IO[bytes], *, announced: str, name: str) -> str:
    """The media type of what `stream` holds. Raises BadContent.

    A table is text like any other, so that `text/csv` is believed where it is announced, or where the name ends so.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    if image := _image(head):
        return image
    if head.startswith(b"%PDF-"):
        _require_whole_pdf(stream)
        return PDF
    if _is_text(stream, head):
        return "text/csv" if announced == "text/csv" or name.lower().endswith(".csv") else "text/plain"
    return guess(head)


def guess(head: bytes) -> str:
    """What a file that is not taken seems to be, for the words of its refusal: never a type that is taken."""
    try:
        seems = str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    # It goes by a few bytes: two of them make a text in UTF-16 of whatever follows.
    return UNKNOWN if seems in KNOWN else seems or UNKNOWN


def _image(head: bytes) -> str:
    if head.startswith(jpeg.SIGNATURE):
        return "image/jpeg"
    if head.startswith(png.SIGNATURE):
        return "image/png"
    if head.startswith(gif.SIGNATURES):
        return "image/gif"
    return "image/webp" if webp.is_one(head) else ""


def _require_whole_pdf(stream: IO[bytes]) -> None:
    """ISO 32000-1 section 7.5: nothing but white space follows the last end mark."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read()
    _before, mark, after = tail.rpartition(b"%%EOF")
    if not mark:
        raise BadContent("truncated")
    if after.strip(b"\0\t\r\n\f "):
        raise BadContent("trailing_data")
    if polyglots.is_archive(tail):
        raise BadContent("two_things")


def _is_text(stream: IO[bytes], head: bytes) -> bool:
    """UTF-8 to the last byte, without control characters, and nothing that a browser would run."""
    if not head or head.lstrip(codecs.BOM_UTF8 + b"\t\r\n ").startswith(b"<") or polyglots.is_page(head):
        return False
    if head.startswith((b"#!", b"{\\rtf", b"%!")):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while piece := stream.read(_PIECE):
            if piece.translate(None, _CONTROLS) != piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
