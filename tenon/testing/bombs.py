"""Files made to harm whoever opens them, or whoever believes their name. None does anything by itself."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO

from PIL import Image

from tenon.testing.pictures import animation, encoded, noise, photograph

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def chunk(kind: bytes, payload: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png(width: int, height: int, pixels: bytes = b"", *extra: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG with a header of our choosing; `pixels` as they are inflated."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(pixels, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def archive(name: str = "a.txt", content: bytes = b"a" * 1000) -> bytes:
    """A ZIP archive."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return target.getvalue()


@cache
def wide_png(side: int = 13_000) -> bytes:
    """A PNG of some twenty kilobytes that would decode to half a gigabyte."""
    return encoded("PNG", Image.new("1", (side, side)), optimize=True)


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    """A JPEG with a comment as its first segment."""
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it is of another size."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def many_frames(frames: int, side: int = 1) -> bytes:
    """A GIF of that many pictures of `side` × `side`, by hand, as a library would leave out those that repeat."""
    screen = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    one = b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\x00"
    return screen + one * frames + b"\x3b"


def hostile() -> Iterator[tuple[str, bytes]]:
    """Name and content of files that must be refused, each for a reason of its own."""
    yield from _too_large()
    yield from _two_things()
    yield from _broken()
    yield from _of_other_kinds()


def _too_large() -> Iterator[tuple[str, bytes]]:
    jpeg = encoded("JPEG")
    yield "pixels-13000.png", wide_png()
    yield "pixels-claimed.png", png(60_000, 60_000, b"\0" * 100)
    yield "pixels-most.png", png(2**31 - 1, 2**31 - 1, b"\0")
    yield "pixels-one-line.png", png(100_000_000, 1, b"\0" * 100)
    yield "pixels-sixteen-bits.png", png(30_000, 30_000, b"\0" * 1000, depth=16, colour=6)
    yield "pixels-claimed.jpg", resized(jpeg, 65_500, 65_500)
    yield "pixels-claimed.gif", struct.pack("<6sHHBBB", b"GIF89a", 65_535, 65_535, 0, 0, 0) + many_frames(1)[19:]
    yield "pixels-outside-the-screen.gif", _far_frame()
    yield "pixels-claimed.webp", _wide_webp()
    yield "frames-5000.gif", many_frames(5000)
    yield "frames-400-of-a-million.gif", many_frames(400, side=1000)
    yield "frames-600.webp", animation("WEBP", 600, 4, 4)
    yield "frames-600.png", animation("PNG", 600, 4, 4)
    yield "bytes-21-million.png", encoded("PNG") + b"\0" * 21_000_000


def _two_things() -> Iterator[tuple[str, bytes]]:
    jpeg, picture, gif, webp = (encoded(name) for name in ("JPEG", "PNG", "GIF", "WEBP"))
    yield "archive-behind.jpg", jpeg + archive()
    yield "archive-behind.png", picture + archive()
    yield "archive-behind.gif", gif + archive()
    yield "archive-behind.webp", webp + archive()
    yield "archive-in-a-comment.jpg", with_comment(jpeg, archive()[:-2] + struct.pack("<H", len(jpeg) - 2))
    yield "page-behind.png", picture + PAGE
    yield "page-behind.jpg", jpeg + PAGE
    yield "page-in-a-comment.jpg", with_comment(jpeg, PAGE)
    yield (
        "script-in-a-comment.gif",
        many_frames(1)[:19] + b"\x21\xfe" + bytes([len(SVG)]) + SVG + b"\0" + many_frames(1)[19:],
    )
    yield "script-in-a-chunk.png", png(8, 8, b"\0" * 200, chunk(b"tEXt", b"a\0<?php system($_GET[0]); ?>"))
    yield "pdf-in-a-comment.jpg", with_comment(jpeg, PDF)
    yield "pdf-behind.jpg", jpeg + PDF
    yield "program-behind.jpg", jpeg + b"\x7fELF" + b"\0" * 100
    yield "second-picture-behind.png", picture + picture
    yield "archive-behind.pdf", PDF + archive()
    yield "page-behind.pdf", PDF + PAGE


def _broken() -> Iterator[tuple[str, bytes]]:
    jpeg, picture, gif, webp = (encoded(name) for name in ("JPEG", "PNG", "GIF", "WEBP"))
    yield "half.jpg", jpeg[: len(jpeg) // 2]
    yield "half.png", picture[: len(picture) // 2]
    yield "half.gif", gif[: len(gif) // 2]
    yield "half.webp", webp[: len(webp) // 2]
    yield "first-bytes.jpg", jpeg[:3]
    yield "first-bytes.png", picture[:8]
    yield "first-bytes.gif", gif[:6]
    yield "no-end.jpg", jpeg[:-2]
    yield "no-pixels.png", png(64, 64)
    yield "too-few-pixels.png", png(4000, 4000, b"\0" * 50)
    yield "inflates-without-end.png", png(8, 8, b"\0" * 50_000_000)[:-30]
    yield "text-inflates.png", png(8, 8, b"", chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 80_000_000, 9)))
    yield "chunk-of-two-gigabytes.png", b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 0x7FFFFFFF, b"IHDR") + b"\0" * 99
    yield "size-of-nothing.png", png(0, 0, b"\0")
    yield "size-of-nothing.jpg", resized(jpeg, 0, 0)
    yield "segment-of-nothing.jpg", jpeg[:2] + b"\xff\xe1\x00\x00" + jpeg[2:]
    yield "two-frames.jpg", jpeg[:-2] + jpeg[jpeg.index(b"\xff\xc0") :]
    yield "noise-after-the-header.png", picture[:60] + bytes(range(256)) * 20
    yield "riff-longer-than-it-is.webp", webp[:4] + struct.pack("<I", 2**31) + webp[8:]


def _of_other_kinds() -> Iterator[tuple[str, bytes]]:
    yield "drawing.svg", SVG
    yield "drawing.png", SVG
    yield "page.png", PAGE
    yield "bitmap.bmp", encoded("BMP")
    yield "scan.tiff", encoded("TIFF")
    yield "favicon.ico", encoded("ICO", noise(32, 32, "RGBA"))
    yield "layers.psd", b"8BPS\0\x01" + b"\0" * 100
    yield "vector.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"
    yield "photo.avif", encoded("AVIF")
    yield "photo.jp2", encoded("JPEG2000")
    yield "nested.zip", archive(content=archive(content=b"\0" * 10_000_000))
    yield "program.jpg", b"MZ" + b"\0" * 200
    yield "program.sh", b"#!/bin/sh\nrm -rf /\n"
    yield "nothing.png", b""
    yield "zeros.png", b"\0" * 5000
    yield "mixed.txt", b"plain until here\0\x01\x02 and then not"
    yield "page.txt", PAGE
    yield "latin.csv", "name;größe\n".encode("latin-1") * 10


def _far_frame() -> bytes:
    far = b"\x2c" + struct.pack("<HHHHB", 60_000, 60_000, 5000, 5000, 0) + b"\x02\x02\x44\x01\x00"
    return many_frames(1)[:-1] + far + b"\x3b"


def _wide_webp() -> bytes:
    inner = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\xff\xff" * 2
    return b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WEBP" + inner


def harmless() -> Iterator[tuple[str, bytes]]:
    """Name and content of files that look odd, and are what people send."""
    yield "telephone.jpg", photograph(orientation=6)
    yield "telephone.webp", photograph("WEBP", orientation=8)
    yield "screenshot.png", photograph("PNG", orientation=3)
    yield "print.jpg", encoded("JPEG", noise(mode="CMYK"))
    yield "scan.png", encoded("PNG", noise(mode="I;16"))
    yield "progressive.jpg", encoded("JPEG", progressive=True)
    yield "palette.png", encoded("PNG", noise().quantize(16))
    yield "see-through.png", encoded("PNG", noise(mode="RGBA"))
    yield "one-bit.png", encoded("PNG", noise(mode="1"))
    yield "second-picture-behind.jpg", encoded("JPEG") + encoded("JPEG")
    yield "animation.gif", animation("GIF")
    yield "animation.webp", animation("WEBP")
    yield "animation.png", animation("PNG")
    yield "letter.pdf", PDF
    yield "table.csv", "name,amount\nGröße,1\n".encode()
