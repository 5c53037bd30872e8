"""PNG and animated PNG (W3C, Portable Network Graphics, third edition): chunks of a length, a type, data and a CRC."""

import struct

from tenon.kernel.images.bounds import BadImage
from tenon.kernel.images.containers.outline import Outline

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND"),
    *(b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP", b"mDCV", b"cLLI"),
    *(b"acTL", b"fcTL", b"fdAT"),
}


def read(data: bytes) -> Outline:
    """Raises BadImage, also for anything after the end."""
    parts, carries_more, position, frames, size, has_pixels = [SIGNATURE], False, len(SIGNATURE), 0, (0, 0), False
    while True:
        if position + 12 > len(data):
            raise BadImage("truncated")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise BadImage("truncated")
        if (position == len(SIGNATURE)) != (kind == b"IHDR"):
            raise BadImage("malformed")
        if kind == b"IHDR":
            if length != 13:
                raise BadImage("malformed")
            size = struct.unpack_from(">II", data, position + 8)
        frames += kind == b"fcTL"
        has_pixels = has_pixels or kind == b"IDAT"
        if kind in _KEPT:
            parts.append(data[position:end])
        else:
            carries_more = True
        position = end
        if kind == b"IEND":
            break
    if position != len(data):
        raise BadImage("trailing_data")
    if 0 in size or not has_pixels:
        raise BadImage("malformed")
    return Outline("PNG", size[0], size[1], max(frames, 1), tuple(parts), carries_more)
