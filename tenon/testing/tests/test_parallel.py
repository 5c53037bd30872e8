"""Requests that are in flight together, against a server that answers only once it has all of them."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tenon.testing.parallel import Answer, Connection, Crowd, Request, Unanswered, statuses
from tenon.testing.servers import HOST

SIZE = 8


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(10)
        yield server


def _serve(server: socket.socket, connections: int) -> threading.Thread:
    """Take `connections`, read a request of each, and then answer each with its own path."""

    def serve() -> None:
        taken = [server.accept()[0] for _ in range(connections)]
        paths = [each.recv(65536).split()[1] for each in taken]
        for each, path in zip(taken, paths, strict=True):
            each.sendall(_answer(path))
            each.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_all_are_written_before_the_first_answer(listening: socket.socket) -> None:
    thread = _serve(listening, SIZE)
    with Crowd(listening.getsockname()[1], SIZE) as crowd:
        answers = crowd.fire([Request("GET", f"/{number}") for number in range(SIZE)])
    thread.join()
    assert [answer.body for answer in answers] == [b"/%d" % number for number in range(SIZE)]
    assert statuses(answers) == {200: SIZE}


def test_a_refused_connection_is_unanswered(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.close()
    with pytest.raises(Unanswered) as unanswered:
        Connection(port).request("GET", "/")
    assert not unanswered.value.began


@pytest.mark.parametrize(("sent", "began"), [(b"", False), (_answer(b"whole")[:-2], True)])
def test_half_an_answer_is_unanswered(listening: socket.socket, sent: bytes, began: bool) -> None:
    connection = Connection(listening.getsockname()[1])
    connection.send(Request("GET", "/").encode(port=connection.port))
    peer, _ = listening.accept()
    peer.recv(65536)
    peer.sendall(sent)
    peer.close()
    with pytest.raises(Unanswered) as unanswered:
        connection.receive()
    assert unanswered.value.began is began


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b'{"type": "/problems/x/", "code": "x", "status": 400}', "application/problem+json", True),
        (b'{"type": "/problems/x/", "code": "x", "status": 500}', "application/problem+json", False),
        (b'{"type": "/problems/x/", "status": 400}', "application/problem+json", False),
        (b'{"type": "/problems/x/", "code": "x", "status": 400}', "application/json", False),
    ],
)
def test_a_problem_repeats_its_status(body: bytes, kind: str, expected: bool) -> None:
    assert Answer(400, {"content-type": kind}, body).is_problem is expected
