"""A real SMTP server on 127.0.0.1 that keeps every letter, for tests that read their mail."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tenon.testing.servers import HOST, free_port

_WAIT_SECONDS = 30
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Letter:
    """One letter as it was delivered to one address."""

    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text body."""
        part = self.message.get_body(("plain",))
        assert part is not None, "the letter has no plain text"
        return str(part.get_content())

    @property
    def html(self) -> str:
        """The HTML body."""
        part = self.message.get_body(("html",))
        assert part is not None, "the letter has no HTML"
        return str(part.get_content())

    @property
    def links(self) -> list[str]:
        """Every address in the plain text."""
        return [link.rstrip(".,;)>") for link in _LINK.findall(self.text)]


@dataclass
class Mailbox:
    """Everybody's mail."""

    port: int
    letters: list[Letter] = field(default_factory=list)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def of(self, address: str) -> list[Letter]:
        """The letters of one address, oldest first."""
        return [letter for letter in self.letters if letter.to == address]

    def wait(self, address: str, *, count: int = 1, seconds: float = _WAIT_SECONDS) -> Letter:
        """The newest letter of `address`, as soon as there are `count`. Raises AssertionError when they do not come."""
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.of(address)) >= count, seconds)
        assert came, f"{len(self.of(address))} of {count} letters came for {address} in {seconds} s"
        return self.of(address)[-1]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd calls this with every letter."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._arrived:
            self.letters.extend(Letter(address, message) for address in envelope.rcpt_tos)
            self._arrived.notify_all()
        return "250 Kept"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """An SMTP server that runs in a thread of this process until the block ends."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname=HOST, port=box.port, decode_data=False)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
