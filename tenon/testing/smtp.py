"""The mail server of a test: real SMTP on 127.0.0.1, which keeps every letter, and can be told to fail."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tenon.testing.mailbox import Mailbox
from tenon.testing.servers import HOST


@dataclass
class SmtpServer(Mailbox):
    """Accepts by default. Set a field to make it fail; `attempts` counts the recipients that were named to it."""

    refuse_recipient: str = ""
    """The reply to RCPT, such as `550 5.1.1 No such user`."""
    refuse_message: str = ""
    """The reply to the letter, such as `554 5.7.1 Spam`."""
    fail_first: int = 0
    """So many letters are put off with `451`."""
    hang: bool = False
    """Takes the letter and says nothing more."""
    attempts: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """aiosmtpd calls this with every recipient."""
        self.attempts.append(address)
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd calls this with every letter."""
        if self.hang:
            await asyncio.Event().wait()
        if self.refuse_message:
            return self.refuse_message
        if self.fail_first > 0:
            self.fail_first -= 1
            return "451 4.3.0 Try again later"
        return await super().handle_DATA(server, session, envelope)


class _Controller(Controller):
    """Lets the system choose the port, so that tests in parallel never choose the same."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """A server in a thread of this process, until the block ends."""
    server = SmtpServer(port=0)
    controller = _Controller(server, hostname=HOST, port=0, decode_data=False)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpServer]:
    """The site's mail goes to a server of this test alone; read it with `smtp.wait(address)` or `smtp.of(address)`."""
    with smtp_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 1
        settings.DEFAULT_FROM_EMAIL = "Tenon <no-reply@example.com>"
        yield server
