"""One moment by which all is over, however the time is spent, and so many bytes: sockets that keep to both."""

import http.client
import socket
import ssl
from time import monotonic
from typing import Any

# The beginning of a body in the smallest chunks, with headers as long as servers have them.
MOST = 524_288


class TooMuch(http.client.HTTPException):
    """More than anybody has to say in an answer of which the beginning is read."""


class Deadline:
    """`seconds` from now, and `most` bytes until then.

    The parser believes a peer about lengths: a chunk of the size -1 it would read to the end of all memory.
    """

    def __init__(self, seconds: float, *, most: int = MOST) -> None:
        self._until = monotonic() + seconds
        self._most = most

    def left(self) -> float:
        """The seconds until then. Raises TimeoutError when there are none."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("The time is over.")
        return left

    def count(self, received: int) -> int:
        """`received`, which is that much less to come. Raises TooMuch."""
        self._most -= received
        if self._most < 0:
            raise TooMuch
        return received


class BoundedSocket(socket.socket):
    """A connection on which a peer that sends a byte now and then does not win time."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        _limit(self, self.deadline)
        received = super().recv_into(*args, **kwargs)
        return received if self.deadline is None else self.deadline.count(received)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        _limit(self, self.deadline)
        return super().sendall(*args, **kwargs)


class BoundedTlsSocket(ssl.SSLSocket):
    """The same under TLS. The handshake keeps to the time that the connection had left when it began."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        _limit(self, self.deadline)
        received = super().recv_into(*args, **kwargs)
        return received if self.deadline is None else self.deadline.count(received)

    def send(self, *args: Any, **kwargs: Any) -> int:
        _limit(self, self.deadline)
        return super().send(*args, **kwargs)


def _limit(connection: socket.socket, deadline: Deadline | None) -> None:
    if deadline is not None:
        connection.settimeout(deadline.left())
