"""Web servers of customers for tests: on 127.0.0.1, with a certificate of a throwaway authority, as kind or as hostile
as a test wants them.
"""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tenon.testing.servers import HOST


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Reply:
    """What is answered. `raw` is written in place of an HTTP answer."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder: `ca` is its certificate, `pair` a key with a certificate of one server."""

    ca: Path
    pair: Path


def authority(folder: Path, *names: str) -> Authority:
    """A new authority, and a certificate for `names`, 127.0.0.1 and localhost unless given."""
    now = datetime.datetime.now(datetime.UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throwaway authority")])

    def certificate(subject: x509.Name, public_key: Any, *extensions: tuple[Any, bool]) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(root_key, hashes.SHA256())

    root = certificate(root_name, root_key.public_key(), (x509.BasicConstraints(ca=True, path_length=None), True))
    server = certificate(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")]),
        key.public_key(),
        (x509.SubjectAlternativeName([_general_name(name) for name in names or (HOST, "localhost")]), False),
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made = Authority(folder / "ca.pem", folder / "receiver.pem")
    made.ca.write_bytes(root.public_bytes(pem))
    made.pair.write_bytes(private + server.public_bytes(pem))
    return made


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Receiver:
    """A server that keeps what it is sent and answers as `answer` says."""

    def __init__(self, port: int, scheme: str) -> None:
        self.port = port
        self.scheme = scheme
        self.requests: list[Received] = []
        self.answer: Callable[[Received], Reply] = lambda request: Reply()

    def url(self, path: str = "/", *, host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up early is no fault of ours."""


@contextmanager
def receiver(certified: Authority | None = None) -> Iterator[Receiver]:
    """A running server, over TLS where it is certified."""
    from time import time

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.command, self.path, headers, body, time())
            running.requests.append(request)
            reply = running.answer(request)
            if reply.raw:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = _take  # noqa: N815 (names of the standard library)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

        def setup(self) -> None:
            if certified:
                self.request.settimeout(10)
                self.request.do_handshake()
            super().setup()

    server = _Server((HOST, 0), Handler)
    if certified:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certified.pair)
        # The handshake is made by each request's own thread, so that one slow client keeps none from connecting.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    running = Receiver(server.server_address[1], "https" if certified else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def listener(
    talk: Callable[[socket.socket], None] = lambda connection: None,
) -> Iterator[tuple[int, list[socket.socket]]]:
    """A port that takes connections and does with each what `talk` says; without it, nothing ever.

    Yields the port and the connections so far.
    """
    taken: list[socket.socket] = []
    with socket.create_server((HOST, 0), backlog=128) as server:

        def take() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                taken.append(connection)
                threading.Thread(target=_quietly, args=(talk, connection), daemon=True).start()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], taken
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connection in taken:
                connection.close()
            thread.join(5)


def _quietly(talk: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with suppress(OSError):
        talk(connection)
