"""A client's side of HTTP/2 over TLS (RFC 9113): one request at a time on a connection that lasts."""

import select
import socket
import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import h2.config
import h2.connection
import h2.events
import h2.exceptions

TIMEOUT = 10.0  # seconds, for each step
_CHUNK = 65536


class ConnectionLost(Exception):
    """The other side ended the connection or the stream, or does not speak HTTP/2."""


class Connection:
    """One connection, for one thread at a time."""

    def __init__(self, host: str, port: int, *, ca_file: str = "") -> None:
        context = ssl.create_default_context(cafile=ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection((host, port), TIMEOUT)
        try:
            self._socket = context.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
        if self._socket.selected_alpn_protocol() != "h2":
            self._socket.close()
            raise ConnectionLost("no HTTP/2")
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self._ended = False
        self._h2.initiate_connection()
        self._flush()

    def request(self, headers: Sequence[tuple[str, str]], body: bytes) -> tuple[int, bytes]:
        """Send one request and wait for its answer: status and body. Raises ConnectionLost and OSError."""
        try:
            return self._request(headers, body)
        except (OSError, ConnectionLost, h2.exceptions.H2Error) as error:
            self.close()
            if isinstance(error, h2.exceptions.H2Error):
                raise ConnectionLost(type(error).__name__) from error
            raise

    def usable(self) -> bool:
        """Whether another request may be sent; takes in what has arrived unasked."""
        try:
            while not self._ended and select.select([self._socket], [], [], 0)[0]:
                self._receive()
        except (OSError, ValueError, ConnectionLost, h2.exceptions.H2Error):
            self._ended = True
        return not self._ended

    def close(self) -> None:
        """End it, without a word."""
        self._ended = True
        self._socket.close()

    def _request(self, headers: Sequence[tuple[str, str]], body: bytes) -> tuple[int, bytes]:
        stream = self._h2.get_next_available_stream_id()
        self._h2.send_headers(stream, list(headers))
        self._flush()
        status, content, ended = 0, b"", False
        while body and not ended:
            room = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size)
            if room:
                part, body = body[:room], body[room:]
                self._h2.send_data(stream, part, end_stream=not body)
                self._flush()
            else:
                status, content, ended = self._take(stream, status, content)
        while not ended:
            status, content, ended = self._take(stream, status, content)
        return status, content

    def _take(self, stream: int, status: int, content: bytes) -> tuple[int, bytes, bool]:
        """What has arrived for `stream` by now: its status, its body, and whether that is all."""
        ended = False
        for event in self._receive():
            if getattr(event, "stream_id", None) != stream:
                continue
            if isinstance(event, h2.events.ResponseReceived):
                status = _status(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                content += event.data
            elif isinstance(event, h2.events.StreamEnded):
                ended = True
            elif isinstance(event, h2.events.StreamReset):
                raise ConnectionLost("the stream was reset")
        if self._ended and not ended:
            raise ConnectionLost("the connection is ending")
        return status, content, ended

    def _receive(self) -> list[h2.events.Event]:
        received = self._socket.recv(_CHUNK)
        if not received:
            raise ConnectionLost("the connection was closed")
        events = self._h2.receive_data(received)
        for event in events:
            if isinstance(event, h2.events.DataReceived) and event.flow_controlled_length:
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.ConnectionTerminated):
                self._ended = True
        self._flush()
        return events

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._socket.sendall(data)


def _status(headers: Iterable[tuple[Any, Any]]) -> int:
    return next(int(value) for name, value in headers if name == ":status")
