"""Requests that are truly in flight together: all are written before the first answer is read."""

import http.client
import json as jsonlib
import socket
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tenon.testing.servers import HOST


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `json` is encoded as the body; `body` is sent as it is."""

    method: str
    path: str
    json: Any = None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self, *, port: int) -> bytes:
        """The request as HTTP/1.1 writes it."""
        body = jsonlib.dumps(self.json).encode() if self.json is not None else self.body
        headers = {"Host": f"{HOST}:{port}", "Accept": "application/json"}
        if self.json is not None:
            headers["Content-Type"] = "application/json"
        if body or self.method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(body))
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in (headers | dict(self.headers)).items()),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return jsonlib.loads(self.body)

    @property
    def is_problem(self) -> bool:
        """An RFC 9457 problem that repeats the status it came with."""
        if self.headers.get("content-type", "").partition(";")[0] != "application/problem+json":
            return False
        problem = self.json()
        return problem.get("status") == self.status and bool(problem.get("type")) and bool(problem.get("code"))


class Unanswered(Exception):
    """The connection was refused, reset or closed before a whole answer had come; `began`: part of it had."""

    def __init__(self, cause: BaseException, *, began: bool) -> None:
        super().__init__(repr(cause))
        self.began = began


class Connection:
    """One keep-alive connection to a server of 127.0.0.1, opened when it is first used."""

    def __init__(self, port: int, *, timeout: float = 60) -> None:
        self.port = port
        self.timeout = timeout
        self._socket: socket.socket | None = None

    def request(
        self, method: str, path: str, *, json: Any = None, token: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request and wait for its answer."""
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        return self.exchange(Request(method, path, json=json, headers=sent))

    def exchange(self, request: Request) -> Answer:
        self.send(request.encode(port=self.port))
        return self.receive(request.method)

    def open(self) -> None:
        if self._socket is None:
            try:
                self._socket = socket.create_connection((HOST, self.port), self.timeout)
            except OSError as error:
                raise Unanswered(error, began=False) from error
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, raw: bytes) -> None:
        """Write bytes as they are. `receive` finds out a peer that closed early, for it may have answered before."""
        self.open()
        assert self._socket is not None
        try:
            self._socket.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            return
        except OSError as error:
            self.close()
            raise Unanswered(error, began=False) from error

    def receive(self, method: str = "GET") -> Answer:
        """Read one answer. Raises Unanswered when there is none."""
        assert self._socket is not None, "nothing was sent"
        response = http.client.HTTPResponse(self._socket, method=method)
        began = False
        try:
            response.begin()
            began = True
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(error, began=began) from error
        finally:
            response.close()
        if response.will_close:
            self.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Crowd:
    """`size` open connections that fire together, again and again."""

    def __init__(self, port: int, size: int) -> None:
        self.connections = [Connection(port) for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self.connections:
            connection.close()

    def fire(self, requests: Request | Sequence[Request]) -> list[Answer]:
        """Write one request on every connection, then read every answer, in the same order."""
        each = [requests] * len(self.connections) if isinstance(requests, Request) else requests
        encoded = [
            request.encode(port=connection.port) for connection, request in zip(self.connections, each, strict=True)
        ]
        for connection in self.connections:
            connection.open()
        for connection, raw in zip(self.connections, encoded, strict=True):
            connection.send(raw)
        return [connection.receive(request.method) for connection, request in zip(self.connections, each, strict=True)]


def statuses(answers: Iterable[Answer]) -> dict[int, int]:
    """How often each status came."""
    return dict(sorted(Counter(answer.status for answer in answers).items()))
