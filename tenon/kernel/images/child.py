"""The process that decodes: it reads a request, answers, and waits for the next, until nobody needs it any more.

A request is a line of JSON {"do", "size", "bounds", …}; it is answered by a line `go`, whereupon `size` bytes follow.
The answer is a line of JSON with "facts", or with the "code" of a refusal, and "size" bytes more. Only the standard
library, Pillow and what stands beside this module are imported.
"""

import json
import os
import resource
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from tenon.kernel.images import decoding
from tenon.kernel.images.bounds import BadImage, Bounds

IDLE_SECONDS = 60
WORK: dict[str, Callable[..., tuple[dict[str, Any], bytes]]] = {
    "inspect": decoding.inspect,
    "normalise": decoding.normalise,
    "thumbnail": decoding.thumbnail,
}


def main(memory: int) -> None:
    """Serve standard input until it ends, or is quiet for IDLE_SECONDS."""
    decoding.prepare()
    confine(memory)
    source, target = os.fdopen(0, "rb", buffering=0), os.fdopen(1, "wb", buffering=0)
    while select.select([source], [], [], IDLE_SECONDS)[0] and serve(source, target):
        pass


def confine(memory: int) -> None:
    """No more memory than this, no files, no core."""
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def serve(source: BinaryIO, target: BinaryIO) -> bool:
    """Answer one request. False when there is none any more, or when this process should not serve another."""
    line = _line(source)
    if not line:
        return False
    request = json.loads(line)
    bounds = Bounds(**request.pop("bounds"))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime) + 1 + bounds.cpu)
    target.write(b"go\n")
    data = _exactly(source, request.pop("size"))
    answer, content, stays = carry_out(request, data, bounds)
    answer["size"] = len(content)
    _write(target, json.dumps(answer).encode() + b"\n")
    _write(target, content)
    return stays


def carry_out(request: dict[str, Any], data: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes, bool]:
    """The answer, the bytes that belong to it, and whether this process may go on."""
    try:
        facts, content = WORK[request.pop("do")](data, bounds, **request)
    except BadImage as refusal:
        return {"code": refusal.code}, b"", True
    except MemoryError:
        return {"code": "too_costly"}, b"", False
    except Exception:  # noqa: BLE001 - decoders raise anything for a broken file
        return {"code": "unreadable"}, b"", True
    return {"facts": facts}, content, True


def _limit(what: int, value: int) -> None:
    """Lower a soft limit; systems other than Linux do not know each of them."""
    _soft, hard = resource.getrlimit(what)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (value, hard))


def _line(source: BinaryIO) -> bytes:
    line = bytearray()
    while (byte := source.read(1)) and byte != b"\n":
        line += byte
    return bytes(line)


def _exactly(source: BinaryIO, size: int) -> bytes:
    content = bytearray()
    while len(content) < size and (piece := source.read(min(1 << 16, size - len(content)))):
        content += piece
    if len(content) < size:
        sys.exit()
    return bytes(content)


def _write(target: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[target.write(view) :]
