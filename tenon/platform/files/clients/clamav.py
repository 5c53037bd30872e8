"""clamd's INSTREAM command (clamd(8)): pieces with their length before them, an empty one at the end, and a verdict."""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

_PORT = 3310
_PIECE = 1 << 16
_MAX_ANSWER = 4096


class ScannerFailed(Exception):
    """The scanner does not answer, or not with a verdict."""


def scan(content: IO[bytes], *, address: str, seconds: float) -> str:
    """The name of what was found, or "" for nothing. `address` is clamd://host:port or unix:///path.

    Raises ScannerFailed.
    """
    content.seek(0)
    try:
        with _connected(address, seconds) as connection:
            connection.sendall(b"zINSTREAM\0")
            while piece := content.read(_PIECE):
                connection.sendall(struct.pack(">I", len(piece)) + piece)
            connection.sendall(struct.pack(">I", 0))
            answer = _answer(connection)
    except OSError as failure:
        raise ScannerFailed(type(failure).__name__) from None
    _stream, _colon, verdict = answer.partition(": ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerFailed(answer)


def _connected(address: str, seconds: float) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme != "unix":
        return socket.create_connection((parts.hostname or "", parts.port or _PORT), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(seconds)
        connection.connect(parts.path)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    answer = b""
    while len(answer) < _MAX_ANSWER and not answer.endswith(b"\0") and (piece := connection.recv(_MAX_ANSWER)):
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
