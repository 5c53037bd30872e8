"""A request over a real connection: what is sent, what comes back, and that nothing takes longer than it may."""

import socket
import ssl
import time
from collections.abc import Callable

import pytest

from tenon.kernel import outgoing
from tenon.kernel.http import request_id
from tenon.kernel.outgoing import Reason, Unanswered, connections
from tenon.testing.receivers import Authority, Receiver, Reply, authority, listener, receiver
from tenon.testing.servers import free_port

HOST = "127.0.0.1"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def reason_of(url: str, **options: object) -> Reason:
    with pytest.raises(Unanswered) as unanswered:
        outgoing.request("POST", url, **options)
    return unanswered.value.reason


def test_a_request_arrives_as_it_was_meant(customer: Receiver) -> None:
    customer.answer = lambda request: Reply(201, b"taken", {"Retry-After": "7"})
    with request_id.bound("the-request", TRACE):
        answer = outgoing.request("POST", customer.url("/hooks?a=b"), body=b"{}", headers={"Content-Type": "text/x"})
    assert (answer.status, answer.ok, answer.body, answer.headers["retry-after"]) == (201, True, b"taken", "7")
    assert 0 < answer.seconds < 15
    [request] = customer.requests
    assert (request.method, request.path, request.body) == ("POST", "/hooks?a=b", b"{}")
    assert request.headers["host"] == f"{HOST}:{customer.port}"
    assert request.headers["content-type"] == "text/x"
    assert request.headers["x-request-id"] == "the-request"
    assert request.headers["traceparent"] == TRACE
    assert request.headers["user-agent"].startswith("Tenon/")
    assert request.headers["content-length"] == "2"


def test_a_name_is_what_the_certificate_and_the_host_are_about(customer: Receiver) -> None:
    assert outgoing.request("GET", customer.url(host="localhost")).status == 204
    assert customer.requests[0].headers["host"] == f"localhost:{customer.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 404, 410, 500])
def test_a_redirect_is_an_answer_like_any_other(customer: Receiver, status: int) -> None:
    with listener() as (inner, taken):
        customer.answer = lambda request: Reply(status, headers={"Location": f"https://{HOST}:{inner}/"})
        answer = outgoing.request("POST", customer.url())
        assert (answer.status, answer.ok) == (status, False)
        assert taken == []


def test_no_proxy_of_the_environment_is_asked(customer: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with listener() as (proxy, taken):
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{HOST}:{proxy}")
        assert outgoing.request("POST", customer.url()).ok
        assert taken == []


def test_plain_http_where_it_is_allowed(here: None, settings) -> None:
    settings.OUTGOING_ALLOW_HTTP = True
    with receiver() as customer:
        assert outgoing.request("POST", customer.url(), body=b"x").status == 204
        assert customer.requests[0].body == b"x"
    with receiver() as customer:
        settings.OUTGOING_ALLOW_HTTP = False
        assert reason_of(customer.url()) == Reason.REFUSED
        assert customer.requests == []


def test_of_a_long_answer_the_beginning_is_kept(customer: Receiver) -> None:
    customer.answer = lambda request: Reply(200, b"x" * 10_000_000)
    answer = outgoing.request("GET", customer.url())
    assert answer.body == b"x" * 1024
    assert len(outgoing.request("GET", customer.url(), keep=100_000).body) == 65_536


def test_a_compressed_answer_is_kept_as_it_came(customer: Receiver) -> None:
    import gzip

    bomb = gzip.compress(bytes(10_000_000))
    customer.answer = lambda request: Reply(200, bomb, {"Content-Encoding": "gzip"})
    assert outgoing.request("GET", customer.url(), keep=65_536).body == bomb[:65_536]
    assert customer.requests[0].headers["accept-encoding"] == "identity"


def drip(pieces: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        for byte in pieces * 1000:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    return talk


def tls(certified: Authority, talk: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified.pair)

    def secured(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            talk(wrapped)

    return secured


SLOW = {
    "headers": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000,
    "status": b"H",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n",
}


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_slow_drip_wins_no_time(certified: Authority, here: None, settings, kind: str, scheme: str) -> None:
    settings.OUTGOING_ALLOW_HTTP = True
    talk = drip(SLOW[kind])
    with listener(tls(certified, talk) if scheme == "https" else talk) as (port, _):
        started = time.monotonic()
        assert reason_of(f"{scheme}://{HOST}:{port}/", seconds=0.6) == Reason.TIMEOUT
        assert time.monotonic() - started < 3


def test_a_server_that_says_nothing(certified: Authority, here: None) -> None:
    with listener() as (port, _):
        assert reason_of(f"https://{HOST}:{port}/", seconds=0.3) == Reason.TIMEOUT
    silent = tls(certified, lambda connection: time.sleep(1))
    with listener(silent) as (port, _):
        assert reason_of(f"https://{HOST}:{port}/", seconds=0.3) == Reason.TIMEOUT


def test_a_server_that_reads_nothing(certified: Authority, here: None) -> None:
    with listener(tls(certified, lambda connection: time.sleep(2))) as (port, _):
        assert reason_of(f"https://{HOST}:{port}/", seconds=0.5, body=bytes(50_000_000)) == Reason.TIMEOUT


def test_a_resolver_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*args: object, **kwargs: object) -> None:
        time.sleep(0.5)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", late)
    assert reason_of("https://hooks.example.com/", seconds=0.1) == Reason.TIMEOUT


def test_nobody_listens(here: None) -> None:
    assert reason_of(f"https://{HOST}:{free_port()}/") == Reason.CONNECTION


def test_the_next_address_is_tried(customer: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", (address, customer.port)) for address in ("127.0.0.9", HOST)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert outgoing.request("POST", customer.url(host="localhost")).ok


def test_no_family_of_its_addresses_is_there(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*args: object) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr(connections, "BoundedSocket", none)
    assert reason_of("https://127.0.0.1:1/") == Reason.CONNECTION


@pytest.mark.parametrize(
    "words",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00\x01\x02", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500],
)
def test_an_answer_that_is_no_http(certified: Authority, here: None, words: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(words)

    with listener(tls(certified, talk)) as (port, _):
        assert reason_of(f"https://{HOST}:{port}/") == Reason.PROTOCOL


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "a chunk to the end": CHUNKED + b"-1\r\n",
    "headers": b"HTTP/1.1 200 OK\r\n" + b"".join(b"A%d: " % each + b"x" * 60_000 + b"\r\n" for each in range(90)),
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_end_fills_no_memory(certified: Authority, here: None, kind: str) -> None:
    said = []

    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(ENDLESS[kind])
        for _ in range(1000):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 2000)
            said.append(50_000)

    with listener(tls(certified, talk)) as (port, _):
        assert reason_of(f"https://{HOST}:{port}/") == Reason.PROTOCOL
    assert sum(said) < 20_000_000  # what the system's own buffers hold


def test_a_body_in_the_smallest_chunks_is_read(certified: Authority, here: None) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(CHUNKED + b"1\r\nx\r\n" * 65_536 + b"0\r\n\r\n")

    with listener(tls(certified, talk)) as (port, _):
        assert outgoing.request("POST", f"https://{HOST}:{port}/", keep=70_000).body == b"x" * 65_536


@pytest.mark.parametrize("size", [b"-5", b"-2", b"-fffff"])
def test_a_chunk_of_a_negative_size(certified: Authority, here: None, size: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(CHUNKED + size + b"\r\nabc\r\n0\r\n\r\n")

    with listener(tls(certified, talk)) as (port, _):
        assert reason_of(f"https://{HOST}:{port}/") == Reason.PROTOCOL


def test_headers_that_nobody_can_read_do_not_fill_the_log(certified: Authority, here: None, caplog) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-\xff: " + b"mark" * 10_000 + b"\r\n\r\n")

    with listener(tls(certified, talk)) as (port, _):
        assert outgoing.request("POST", f"https://{HOST}:{port}/").status == 200
    assert "mark" not in caplog.text


def test_an_answer_that_is_cut_off(certified: Authority, here: None) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning")

    with listener(tls(certified, talk)) as (port, _):
        assert reason_of(f"https://{HOST}:{port}/") == Reason.PROTOCOL


class TestCertificates:
    def test_of_an_unknown_authority(self, customer: Receiver, tmp_path) -> None:
        (tmp_path / "other").mkdir()
        with receiver(authority(tmp_path / "other")) as stranger:
            assert reason_of(stranger.url()) == Reason.TLS
            assert stranger.requests == []

    def test_for_another_name(self, here: None, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        made = authority(tmp_path, "elsewhere.example.com")
        monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
        connections.tls_context.cache_clear()
        with receiver(made) as customer:
            with pytest.raises(Unanswered, match="certificate was not accepted"):
                outgoing.request("POST", customer.url())
            assert customer.requests == []
        connections.tls_context.cache_clear()

    def test_a_server_without_tls(self, here: None) -> None:
        with receiver() as customer:
            assert reason_of(f"https://{HOST}:{customer.port}/") == Reason.TLS
