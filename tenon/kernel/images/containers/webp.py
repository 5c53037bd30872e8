"""WebP (RFC 9649): a RIFF file of chunks."""

import struct

from tenon.kernel.images.bounds import BadImage
from tenon.kernel.images.containers.outline import Outline

_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF, _XMP = 0x08, 0x04  # flags of VP8X
_MAX_BITS = 0x3FFF


def is_one(data: bytes) -> bool:
    """Whether `data` begins as WebP does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read(data: bytes) -> Outline:
    """Raises BadImage, also for anything after the end."""
    if len(data) < 20:
        raise BadImage("truncated")
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise BadImage("truncated")
    if length + 8 < len(data):
        raise BadImage("trailing_data")
    chunks, size, carries_more, frames, position = [], (0, 0), False, 0, 12
    while position < len(data):
        kind, payload, position = _chunk(data, position)
        if not size[0]:
            size = _size(kind, payload)
        if not size[0]:
            raise BadImage("malformed")  # the first chunk must say it
        frames += kind == b"ANMF"
        if kind not in _KEPT:
            carries_more = True
            continue
        if kind == b"VP8X":
            payload = bytes([payload[0] & ~(_EXIF | _XMP)]) + payload[1:]
        chunks.append(kind + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2))
    if not size[0]:
        raise BadImage("truncated")
    header = b"RIFF" + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WEBP"
    return Outline("WEBP", size[0], size[1], max(frames, 1), (header, *chunks), carries_more)


def _chunk(data: bytes, position: int) -> tuple[bytes, bytes, int]:
    if position + 8 > len(data):
        raise BadImage("truncated")
    kind, length = struct.unpack_from("<4sI", data, position)
    end = position + 8 + length
    if end > len(data):
        raise BadImage("truncated")
    return kind, data[position + 8 : end], end + length % 2


def _size(kind: bytes, payload: bytes) -> tuple[int, int]:
    """As the first chunk says it; (0, 0) where the chunk is none that says it."""
    if len(payload) < 10:
        return 0, 0
    if kind == b"VP8X":
        return 1 + int.from_bytes(payload[4:7], "little"), 1 + int.from_bytes(payload[7:10], "little")
    if kind == b"VP8 ":
        across, down = (each & _MAX_BITS for each in struct.unpack_from("<HH", payload, 6))
        return (across, down) if down else (0, 0)
    if kind == b"VP8L":
        bits = int.from_bytes(payload[1:5], "little")
        return 1 + (bits & _MAX_BITS), 1 + (bits >> 14 & _MAX_BITS)
    return 0, 0
