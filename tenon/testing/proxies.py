"""A TCP proxy that can be away: what stands behind it is somebody else's, and must not be stopped."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tenon.testing.servers import HOST, free_port

_CHUNK = 65_536


class Proxy:
    """Passes what comes to `port` of 127.0.0.1 on to `target`. While it is cut, it listens to nobody."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.port = free_port()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None

    def mend(self) -> None:
        """Take connections, from now on."""
        listener = socket.create_server((HOST, self.port))
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection, and take no other."""
        listener, self._listener = self._listener, None
        if listener is not None:
            _end(listener)
        with self._lock:
            for each in self._open:
                _end(each)
            self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(self.target, 5)
                except OSError:
                    _end(near)
                    continue
                far.settimeout(None)
                with self._lock:
                    if self._listener is not listener:  # cut in this very moment
                        _end(near)
                        _end(far)
                        return
                    self._open |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                sink.sendall(data)
        for each in (source, sink):
            _end(each)
        with self._lock:
            self._open -= {source, sink}


@contextmanager
def proxy(host: str, port: int) -> Iterator[Proxy]:
    """One that takes connections, until the block ends."""
    running = Proxy((host, port))
    running.mend()
    try:
        yield running
    finally:
        running.cut()


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)  # wakes whoever reads or accepts in another thread
    each.close()
