"""One connection, as the switchboard sees it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.platform.notifications import selectors
from tenon.platform.notifications.consumers import protocol
from tenon.platform.notifications.consumers.protocol import Close


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is connected, until when their token is good, and the position of their newest notification by then."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime
    last_position: int


@dataclass(eq=False, slots=True)
class Connection:
    """What waits to be sent, never more than one page of rows; and how far this client has come.

    `position` is None until the client says where to begin. `behind` says that there may be more to read, once what
    waits has been sent: so whoever reads slowly costs memory for one page, and skips nothing.
    """

    caller: Caller
    heard_at: float
    position: int | None = None
    behind: bool = False
    pinged: bool = False
    ended: tuple[Close, str] | None = None
    waiting: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    @property
    def can_take(self) -> bool:
        """Whether another page may be read for it."""
        return self.position is not None and self.ended is None and self.waiting.empty()

    def hand(self, rows: Sequence[Sequence[Any]]) -> None:
        """Queue rows of selectors.FIELDS, which follow the ones before."""
        for row in rows:
            self.waiting.put_nowait(protocol.notification(row, user_id=self.caller.user_id))
            self.position = row[-1]
        self.behind = len(rows) == selectors.READ_ON

    def say(self, text: str) -> None:
        """Queue one message."""
        self.waiting.put_nowait(text)

    def end(self, code: Close, reason: str) -> None:
        """Send it away, before anything that still waits."""
        if self.ended is None:
            self.ended = code, reason
            self.waiting.put_nowait(None)
