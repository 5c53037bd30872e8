"""A small closed-loop HTTP/1.1 load: keep-alive connections on threads, one exact request sent over and over.

Every answer that is not the expected status is counted, redirects included: a benchmark that times errors measures
nothing.
"""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import uuid4

_UNIQUE = b"{unique}"
_NEXT = b"{next}"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as raw parts; `body` is sent as JSON when it is not empty. Any answer but `status` is unexpected.

    A header that says `{unique}` says something else each time, one that says `{next}` the next of `values`; when
    there are no more of them, no more requests are sent.
    """

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 200
    values: Iterator[str] | None = None

    def wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", "Connection: keep-alive"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(slots=True)
class Outcome:
    """What a load saw. `latencies` in seconds; `elapsed` is wall time in seconds."""

    expected: int = 0
    unexpected: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Expected answers per second."""
        return self.expected / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """The latency in milliseconds below which `share` of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def run(port: int, request: Request, *, seconds: float, connections: int) -> Outcome:
    """Send `request` to 127.0.0.1:`port` from `connections` threads for `seconds`."""
    outcome, lock = Outcome(), threading.Lock()
    wire = request.wire(f"127.0.0.1:{port}")
    varied = _UNIQUE in wire or _NEXT in wire
    started = time.perf_counter()
    deadline = started + seconds

    def work() -> None:
        mine = Outcome()
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader = connection.makefile("rb")
            while (sent := time.perf_counter()) < deadline:
                now = _varied(wire, request.values) if varied else wire
                if now is None:
                    break
                connection.sendall(now)
                code = _read_answer(reader)
                if code == request.status:
                    mine.expected += 1
                    mine.latencies.append(time.perf_counter() - sent)
                else:
                    mine.unexpected[str(code)] = mine.unexpected.get(str(code), 0) + 1
        with lock:
            outcome.expected += mine.expected
            outcome.latencies += mine.latencies
            for key, count in mine.unexpected.items():
                outcome.unexpected[key] = outcome.unexpected.get(key, 0) + count

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.elapsed = time.perf_counter() - started
    return outcome


def _varied(wire: bytes, values: Iterator[str] | None) -> bytes | None:
    if values is not None:
        value = next(values, None)
        if value is None:
            return None
        wire = wire.replace(_NEXT, value.encode())
    return wire.replace(_UNIQUE, uuid4().hex.encode())


def _read_answer(reader: BinaryIO) -> int:
    status_line = reader.readline()
    if not status_line:
        raise ConnectionError("the server closed the connection")
    length = 0
    while (line := reader.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    reader.read(length)
    return int(status_line.split()[1])
