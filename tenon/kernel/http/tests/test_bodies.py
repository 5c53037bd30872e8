"""Bodies that do not come, and who is served meanwhile."""

import io
from collections.abc import Callable, Iterable
from threading import Event, Thread
from typing import Any

import pytest

from tenon.kernel.http.bodies import BodiesHeld, BoundedBodies


class Idle(io.BytesIO):
    """A body that comes when it is let go."""

    def __init__(self) -> None:
        super().__init__(b"late")
        self.asked, self.comes = Event(), Event()

    def read(self, *size: int | None) -> bytes:
        self.asked.set()
        self.comes.wait(10)
        return super().read(*size)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return [environ["wsgi.input"].read(10), environ["wsgi.input"].readline()]


def environ(body: io.BytesIO, length: str = "4") -> dict[str, Any]:
    return {"CONTENT_LENGTH": length, "wsgi.input": body}


def test_a_body_is_handed_on() -> None:
    application = BoundedBodies(echo, readers=1)
    for _ in range(3):
        assert application(environ(io.BytesIO(b"0123456789rest")), print) == [b"0123456789", b"rest"]


def test_idle_bodies_leave_threads_for_the_others() -> None:
    application, idle = BoundedBodies(echo, readers=2), [Idle(), Idle()]
    held = [Thread(target=application, args=(environ(body), print)) for body in idle]
    for thread, body in zip(held, idle, strict=True):
        thread.start()
        assert body.asked.wait(10)
    # Nothing of a third body is waited for; a request without one goes through.
    with pytest.raises(BodiesHeld):
        application(environ(Idle()), print)
    assert application(environ(io.BytesIO(), length="0"), print) == [b"", b""]
    for body in idle:
        body.comes.set()
    for thread in held:
        thread.join(10)
    assert application(environ(io.BytesIO(b"on")), print) == [b"on", b""]
