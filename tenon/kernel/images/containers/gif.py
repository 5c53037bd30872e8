"""GIF (CompuServe, GIF89a): a screen, then extensions and pictures made of sub-blocks, then a trailer."""

import struct

from tenon.kernel.images.bounds import BadImage
from tenon.kernel.images.containers.outline import Outline

SIGNATURES = (b"GIF87a", b"GIF89a")
_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")  # how often an animation repeats


def read(data: bytes) -> Outline:
    """Raises BadImage, also for anything after the end. The size is what all pictures together cover."""
    width, height, flags = struct.unpack_from("<HHB", _at_least(data, 13), 6)
    position = 13 + _table(flags)
    parts, frames, carries_more = [data[:position]], 0, False
    while True:
        introducer = _byte(data, position)
        if introducer == _TRAILER:
            break
        if introducer == _PICTURE:
            left, top, across, down, flags = struct.unpack_from("<HHHHB", _at_least(data, position + 10), position + 1)
            width, height, frames = max(width, left + across), max(height, top + down), frames + 1
            end = _end_of_blocks(data, position + 10 + _table(flags) + 1)  # one byte says the size of codes
            kept = True
        elif introducer == _EXTENSION:
            label = _byte(data, position + 1)
            end = _end_of_blocks(data, position + 2)
            kept = label == _CONTROL or (label == _APPLICATION and data[position + 2 : end].startswith(_LOOPS))
        else:
            raise BadImage("malformed")
        if kept:
            parts.append(data[position:end])
        else:
            carries_more = True
        position = end
    if position + 1 != len(data):
        raise BadImage("trailing_data")
    if not frames or not width or not height:
        raise BadImage("malformed")
    return Outline("GIF", width, height, frames, (*parts, b"\x3b"), carries_more)


def _table(flags: int) -> int:
    """Bytes of a colour table."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    """Past the sub-blocks that begin at `position`, and the empty one that ends them."""
    while length := _byte(data, position):
        position += 1 + length
    return position + 1


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise BadImage("truncated")
    return data[position]


def _at_least(data: bytes, length: int) -> bytes:
    if len(data) < length:
        raise BadImage("truncated")
    return data
