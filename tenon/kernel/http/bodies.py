"""Bodies that take their time hold some of the threads, and never all."""

from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Unavailable

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PATIENCE = 0.25  # seconds: a body that has arrived is read in far less, also where every core is busy


class BodiesHeld(Unavailable):
    """Too many bodies are on their way at once."""

    code = "bodies_held"
    message = _("Too many requests are still being received. Please try again in a moment.")


class BoundedBodies:
    """A WSGI application (PEP 3333) whose requests wait for their bodies in at most `readers` threads at once.

    A server without an event loop reads a body where the request is answered, and has no deadline for it: as many
    connections as there are threads could each send one byte and stop the whole service. Here one thread at least stays
    for requests that need no body; a body for which no thread is free is refused with 503 before any of it is read.
    """

    def __init__(self, application: WSGI, *, readers: int) -> None:
        self.application = application
        self.free = BoundedSemaphore(readers)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH") not in (None, "", "0"):
            environ["wsgi.input"] = _Body(environ["wsgi.input"], self.free)
        return self.application(environ, start_response)


class _Body:
    """`wsgi.input`, of which Django uses these two. Raises BodiesHeld."""

    def __init__(self, stream: Any, free: BoundedSemaphore) -> None:
        self.stream = stream
        self.free = free

    def read(self, *size: int) -> bytes:
        return self._when_free(self.stream.read, *size)

    def readline(self, *size: int) -> bytes:
        return self._when_free(self.stream.readline, *size)

    def _when_free(self, reads: Callable[..., bytes], *size: int) -> bytes:
        if not self.free.acquire(timeout=PATIENCE):
            raise BodiesHeld
        try:
            return reads(*size)
        finally:
            self.free.release()
