"""Files that are two things at once: one to whoever checks them, another to whoever opens them.

A ZIP archive is read from its end and a PDF from anywhere in its first kilobyte, so that either can hide in a picture;
HTML and scripts are found by browsers that guess. (Albertini, "Funky File Formats", 31C3; ISO 32000-1 annex H.3.4.1.)
"""

import struct

HEAD = 1024  # bytes in which a PDF's header may stand
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_END_SIZE = 22
_MAX_COMMENT = 0xFFFF
_TEXTS = (b"<script", b"<html", b"<!doctype", b"<?php", b"<svg", b"<iframe")
_BEGINNINGS = (
    b"PK\x03\x04",
    b"%PDF-",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"\x7fELF",
    b"MZ",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"RIFF",
)


def is_archive(data: bytes) -> bool:
    """Whether a ZIP reader finds an archive's end in `data` (APPNOTE 4.3.16): its comment ends where it does."""
    tail = data[-(_ARCHIVE_END_SIZE + _MAX_COMMENT) :]
    at = tail.rfind(_ARCHIVE_END)
    while at >= 0:
        if len(tail) >= at + _ARCHIVE_END_SIZE:
            (comment,) = struct.unpack_from("<H", tail, at + 20)
            if at + _ARCHIVE_END_SIZE + comment == len(tail):
                return True
        at = tail.rfind(_ARCHIVE_END, 0, at)
    return False


def is_page(text: bytes) -> bool:
    """Whether a browser that guesses could take `text` for a page or a script."""
    lowered = text.lower()
    return any(mark in lowered for mark in _TEXTS)


def is_two_things(data: bytes) -> bool:
    """Whether a picture is an archive, a PDF or a page as well."""
    head = data[:HEAD]
    return b"%PDF-" in head or is_page(head) or is_archive(data)


def begins_another(rest: bytes) -> bool:
    """Whether what follows the end of a picture is a file of another kind."""
    return rest.lstrip(b"\0\r\n\t ").startswith(_BEGINNINGS) or is_page(rest)
