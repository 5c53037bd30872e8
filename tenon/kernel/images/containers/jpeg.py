"""JPEG (ITU-T T.81 annex B; JFIF, ITU-T T.871): segments between markers."""

import re
import struct

from tenon.kernel.images import polyglots
from tenon.kernel.images.bounds import BadImage
from tenon.kernel.images.containers.outline import Outline

SIGNATURE = b"\xff\xd8\xff"
_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOFn, which say the size
_NEEDED = {*range(0xC0, 0xD0), *range(0xDA, 0xE0)}  # tables, scans, frames
_WITHOUT_LENGTH = {0x00, 0x01, *range(0xD0, 0xD9)}  # these stand in coded data or at the very beginning only
# Of the application's segments only what changes how a picture looks: density, colour profile, colour transform.
_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# In coded data FF is followed by 00 or by a restart marker; anything else is the next segment.
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def read(data: bytes) -> Outline:
    """Raises BadImage. What follows the end, as cameras' second pictures do, is left out, unless it is another file."""
    parts, size, carries_more, position = [_START], None, False, 2
    while True:
        marker, position = _marker(data, position)
        if marker == _END:
            break
        end = _end_of_segment(data, position)
        payload = data[position + 2 : end]
        if marker in _FRAMES:
            if size is not None or len(payload) < 6:
                raise BadImage("malformed")
            size = struct.unpack_from(">HH", payload, 1)
        if marker == _SCAN:
            following = _NEXT_MARKER.search(data, end)
            if following is None:
                raise BadImage("truncated")
            end = following.start()
        kept = _KEPT.get(marker)
        if marker in _NEEDED or (kept and payload.startswith(kept)):
            parts.append(b"\xff" + bytes([marker]) + data[position:end])
        else:
            carries_more = True
        position = end
    rest = data[position:]
    if polyglots.begins_another(rest):
        raise BadImage("two_things")
    if size is None or 0 in size:
        raise BadImage("malformed")
    return Outline("JPEG", size[1], size[0], 1, (*parts, b"\xff\xd9"), carries_more or bool(rest))


def _marker(data: bytes, position: int) -> tuple[int, int]:
    """The marker at `position`, and where its segment goes on. Fill bytes may stand before it."""
    if position >= len(data):
        raise BadImage("truncated")
    if data[position] != 0xFF:
        raise BadImage("malformed")
    while position < len(data) and data[position] == 0xFF:
        position += 1
    if position >= len(data):
        raise BadImage("truncated")
    if data[position] in _WITHOUT_LENGTH:
        raise BadImage("malformed")
    return data[position], position + 1


def _end_of_segment(data: bytes, position: int) -> int:
    if position + 2 > len(data):
        raise BadImage("truncated")
    (length,) = struct.unpack_from(">H", data, position)
    if length < 2:
        raise BadImage("malformed")
    if position + length > len(data):
        raise BadImage("truncated")
    return int(position + length)
