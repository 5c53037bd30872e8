"""A proxy passes on what comes, and can be away and come back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tenon.testing.proxies import Proxy, proxy
from tenon.testing.servers import HOST


@pytest.fixture
def echo() -> Iterator[Proxy]:
    """A server that answers what it hears, behind a proxy."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(connection.recv(100))

        threading.Thread(target=serve, daemon=True).start()
        with proxy(HOST, server.getsockname()[1]) as running:
            yield running
        server.shutdown(socket.SHUT_RDWR)


def ask(running: Proxy) -> bytes:
    with socket.create_connection((HOST, running.port), 5) as connection:
        connection.sendall(b"hello")
        return connection.recv(100)


def test_it_is_there_away_and_there_again(echo: Proxy) -> None:
    assert ask(echo) == b"hello"
    with socket.create_connection((HOST, echo.port), 5) as kept:
        echo.cut()
        kept.settimeout(5)
        with suppress(ConnectionResetError):
            assert kept.recv(100) == b""
    with pytest.raises(ConnectionRefusedError):
        ask(echo)
    echo.mend()
    assert ask(echo) == b"hello"


def test_nobody_behind_it(echo: Proxy) -> None:
    echo.target = (HOST, 1)
    with socket.create_connection((HOST, echo.port), 5) as connection:
        assert connection.recv(100) == b""
