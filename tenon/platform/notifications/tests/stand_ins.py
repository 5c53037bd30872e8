"""Stand-ins of the push services on 127.0.0.1, which speak their wire formats over TLS."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import h2.config
import h2.connection
import h2.events
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from h2.exceptions import ProtocolError


@dataclass
class Seen:
    """One request as the service saw it."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Service:
    """A running stand-in. `answer` says what to answer to a request, as (status, JSON)."""

    port: int
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    answer: Callable[[Seen], tuple[int, Any]] = lambda seen: (200, {})
    breaks_off: bool = False


def pem(key: Any) -> str:
    """A private key as the services hand it out."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_text(pem(key) + made.public_bytes(serialization.Encoding.PEM).decode())
    return path


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def google(tls: Path) -> Iterator[Service]:
    """HTTP/1.1: the address for tokens and the one for messages."""
    service = Service(0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            is_form = self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            body = parse_qs(raw.decode()) if is_form else json.loads(raw)
            seen = Seen(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            service.seen.append(seen)
            status, answer = service.answer(seen)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def apple(tls: Path, *, protocols: list[str] | None = None) -> Iterator[Service]:
    """HTTP/2 over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls)
    context.set_alpn_protocols(protocols or ["h2"])
    listening = socket.create_server(("127.0.0.1", 0))
    service = Service(listening.getsockname()[1])
    open_now: list[ssl.SSLSocket] = []

    def accept() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            plain.settimeout(5)
            try:
                connection = context.wrap_socket(plain, server_side=True)
            except OSError:
                plain.close()
                continue
            connection.settimeout(None)
            service.connections += 1
            open_now.append(connection)
            threading.Thread(target=_converse, args=(connection, service), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield service
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        # A handshake may still be under way; what it opens is closed too.
        accepting.join()
        for connection in open_now:
            connection.close()


def _converse(connection: ssl.SSLSocket, service: Service) -> None:
    conversation = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    conversation.initiate_connection()
    bodies: dict[int, bytes] = {}
    headers: dict[int, dict[str, str]] = {}
    try:
        connection.sendall(conversation.data_to_send())
        while received := connection.recv(65536):
            for event in conversation.receive_data(received):
                if isinstance(event, h2.events.RequestReceived):
                    headers[event.stream_id] = dict(event.headers)
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] = bodies.get(event.stream_id, b"") + event.data
                    conversation.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    if service.breaks_off:
                        service.breaks_off = False
                        connection.close()
                        return
                    _answer(conversation, service, event.stream_id, headers, bodies)
            connection.sendall(conversation.data_to_send())
    except (OSError, ProtocolError):
        return


def _answer(conversation: Any, service: Service, stream: int, headers: Any, bodies: dict[int, bytes]) -> None:
    seen = Seen(headers[stream][":path"], headers[stream], json.loads(bodies[stream]))
    service.seen.append(seen)
    status, answer = service.answer(seen)
    body = json.dumps(answer).encode() if answer else b""
    conversation.send_headers(stream, [(":status", str(status)), ("apns-id", "x")], end_stream=not body)
    if body:
        conversation.send_data(stream, body, end_stream=True)
    if status == 503:
        conversation.close_connection()
