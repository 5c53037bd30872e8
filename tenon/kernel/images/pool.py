"""The processes that decode, a few for each of ours: started when first needed, kept for the next picture.

One that is killed by its limits, or takes longer than anybody waits, refuses the picture that it had; the next picture
gets a fresh one. They end by themselves when they have nothing to do, and with the process that they belong to.
"""

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock, Timer
from typing import IO, Any, cast

from tenon.kernel.images.bounds import Bounds
from tenon.kernel.images.refusals import DecodersBusy, ImageRefused

PATIENCE = 10.0  # seconds: how long a request waits for a free decoder
ROOT = Path(__file__).resolve().parents[3]
_PIECE = 1 << 16
_MAX_LINE = 4096
_ATTEMPTS = 3  # a child may end for want of work just when it gets some; three in a row are something else
# Isolated (-I): neither the environment nor the working folder decide what is imported.
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from tenon.kernel.images.child import main; main(int(sys.argv[2]))"
)


class _Gone(Exception):
    """The child had ended before it took the request."""


class Decoder:
    """A child process."""

    def __init__(self, memory: int) -> None:
        environment = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
        self.memory = memory
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _PROGRAM, str(ROOT), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, request: dict[str, Any], content: IO[bytes], *, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Its answer. Raises _Gone, and ImageRefused when it ends before it has answered."""
        watch = Timer(seconds, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            self._offer(request)
            return self._exchange(content)
        finally:
            watch.cancel()

    def end(self) -> None:
        """Kill it, and let go of its pipes."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            cast(IO[bytes], pipe).close()
        self.process.wait()

    def _offer(self, request: dict[str, Any]) -> None:
        try:
            self._write(json.dumps(request).encode() + b"\n")
        except OSError:
            raise _Gone from None
        if self._line() != b"go":
            raise _Gone

    def _exchange(self, content: IO[bytes]) -> tuple[dict[str, Any], bytes]:
        with suppress(OSError):  # it has ended while it read: then there is no answer either
            while piece := content.read(_PIECE):
                self._write(piece)
        line = self._line()
        if not line:
            raise ImageRefused.because("too_costly")
        answer: dict[str, Any] = json.loads(line)
        result = bytearray()
        size = answer.pop("size")
        while len(result) < size:
            piece = self._read(min(_PIECE, size - len(result)))
            if not piece:
                raise ImageRefused.because("too_costly")
            result += piece
        return answer, bytes(result)

    def _write(self, content: bytes) -> None:
        stream = cast(IO[bytes], self.process.stdin)
        view = memoryview(content)
        while view:
            view = view[stream.write(view) :]

    def _read(self, size: int) -> bytes:
        return cast(IO[bytes], self.process.stdout).read(size)

    def _line(self) -> bytes:
        line = bytearray()
        while len(line) < _MAX_LINE and (byte := self._read(1)) and byte != b"\n":
            line += byte
        return bytes(line)


class Pool:
    """At most `size` decoders at a time. `patience` is in seconds."""

    def __init__(self, size: int, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.owner = os.getpid()
        # None stands for a decoder that has not been started yet.
        self.free: LifoQueue[Decoder | None] = LifoQueue()
        for _ in range(size):
            self.free.put(None)

    def ask(
        self, request: dict[str, Any], content: IO[bytes], bounds: Bounds, *, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        """What a decoder answers. Raises ImageRefused and DecodersBusy."""
        try:
            decoder = self.free.get(timeout=self.patience)
        except Empty:
            raise DecodersBusy from None
        try:
            for _ in range(_ATTEMPTS):
                decoder = self._ready(decoder, bounds)
                with suppress(_Gone):
                    return decoder.ask({**request, "bounds": asdict(bounds)}, content, seconds=seconds)
                decoder.end()
            raise DecodersBusy
        except BaseException:
            if decoder is not None:
                decoder.end()
            decoder = None
            raise
        finally:
            self.free.put(decoder)

    def close(self) -> None:
        """End those that have nothing to do. The next picture starts another."""
        found = []
        with suppress(Empty):
            while True:
                found.append(self.free.get_nowait())
        for decoder in found:
            if decoder is not None:
                decoder.end()
            self.free.put(None)

    @staticmethod
    def _ready(decoder: Decoder | None, bounds: Bounds) -> Decoder:
        if decoder is not None and decoder.alive and decoder.memory == bounds.memory:
            return decoder
        if decoder is not None:
            decoder.end()
        return Decoder(bounds.memory)


_lock = Lock()
_pool: Pool | None = None


def shared(size: int) -> Pool:
    """The pool of this process; a process that was forked off has one of its own."""
    global _pool
    with _lock:
        if _pool is None or _pool.owner != os.getpid():
            _pool = Pool(size)
            atexit.register(_pool.close)
        return _pool
