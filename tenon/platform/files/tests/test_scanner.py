"""The virus scanner, by a stand-in that speaks clamd's INSTREAM."""

import socketserver
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from tenon.platform.files.clients import clamav
from tenon.platform.files.errors import FileRefused, ScannerLost
from tenon.platform.files.tests.factories import make_file
from tenon.testing.bombs import EICAR
from tenon.testing.servers import free_port


class Clamd(socketserver.StreamRequestHandler):
    """Reads as clamd does, and finds the one thing that all scanners find."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        if b"size limit" in content:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def scanner(settings) -> Iterator[str]:
    """A scanner on a port, in use."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
    settings.VIRUS_SCANNER = f"clamd://127.0.0.1:{server.server_address[1]}"
    for _ in serving(server):
        yield settings.VIRUS_SCANNER


@pytest.fixture
def local_scanner(tmp_path: Path) -> Iterator[str]:
    """A scanner on a socket of this machine."""
    server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd.ctl"), Clamd)
    for _ in serving(server):
        yield f"unix://{tmp_path / 'clamd.ctl'}"


def scan(content: bytes, address: str) -> str:
    return clamav.scan(BytesIO(content), address=address, seconds=5)


@pytest.mark.parametrize("kind", ["scanner", "local_scanner"])
def test_what_is_found_has_a_name(request, kind):
    address = request.getfixturevalue(kind)
    assert scan(b"x" * 200_000, address) == ""
    assert scan(b"x" * 200_000 + EICAR, address) == "Eicar-Test-Signature"
    with pytest.raises(clamav.ScannerFailed, match="size limit"):
        scan(b"size limit", address)


@pytest.mark.parametrize("address", ["clamd://127.0.0.1:{port}", "unix:///nowhere/{port}"])
def test_a_scanner_that_is_not_there(address):
    with pytest.raises(clamav.ScannerFailed):
        scan(b"x", address.format(port=free_port()))


def test_what_is_found_is_refused(scanner, made):
    assert make_file(made.id).state == "ready"
    with pytest.raises(FileRefused) as refusal:
        make_file(made.id, EICAR)
    assert refusal.value.extra == {"reason": "virus"}


def test_nothing_is_taken_unseen(made, settings):
    settings.VIRUS_SCANNER = f"clamd://127.0.0.1:{free_port()}"
    with pytest.raises(ScannerLost):
        make_file(made.id)
