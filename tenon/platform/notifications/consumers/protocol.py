"""What is said over the socket: JSON text messages, each with a `type`; and why a connection ends (RFC 6455, 7.4).

`docs/guides/notifications.md` has the table for those who write clients.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

import orjson

from tenon.kernel.errors import Invalid
from tenon.kernel.http import cursors
from tenon.kernel.http.cursors import Cursor
from tenon.kernel.http.renderers import dumps
from tenon.platform.notifications import selectors

SUBPROTOCOL = "bearer"
MAX_MESSAGE = 8192  # bytes of what a client says
PING = dumps({"type": "ping"}).decode()
PONG = dumps({"type": "pong"}).decode()


class Close(IntEnum):
    """Why the server ends a connection. From 4000 on the meaning is ours, after the status of HTTP that says alike."""

    GOING_AWAY = 1001
    UNSUPPORTED = 1003
    TOO_BIG = 1009
    TRY_LATER = 1013
    UNREADABLE = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    TIMEOUT = 4408
    TOO_MANY = 4429


class Ended(Exception):
    """The connection is to end, for this reason."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read(message: dict[str, Any]) -> dict[str, Any]:
    """What a client said. Raises Ended."""
    text = message.get("text")
    if text is None:
        raise Ended(Close.UNSUPPORTED, "text messages only")
    if len(text) > MAX_MESSAGE or len(text.encode()) > MAX_MESSAGE:
        raise Ended(Close.TOO_BIG, f"at most {MAX_MESSAGE} bytes")
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise Ended(Close.UNREADABLE, "a JSON object with a type")
    return said


def text_of(said: dict[str, Any], name: str) -> str:
    """A member that must be text; empty where it is missing. Raises Ended."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise Ended(Close.UNREADABLE, f"{name} must be text")
    return value


def authenticated(*, expires_at: datetime) -> str:
    """That the token is good, and until when."""
    return dumps({"type": "authenticated", "expires_at": expires_at}).decode()


def notification(row: Sequence[Any], *, user_id: UUID) -> str:
    """A row of selectors.FIELDS, with the cursor to read on from."""
    *values, position = row
    shown = dict(zip(selectors.FIELDS, values, strict=False))
    return dumps({"type": "notification", "cursor": cursor(position, user_id=user_id), "notification": shown}).decode()


def cursor(position: int, *, user_id: UUID) -> str:
    """A place among one person's notifications; of no use to anybody else."""
    return cursors.encode(Cursor((position,)), bound_to=_bound_to(user_id))


def position(text: str, *, user_id: UUID) -> int:
    """The place that `cursor` named. Raises Ended."""
    try:
        return int(cursors.decode(text, bound_to=_bound_to(user_id)).values[0])
    except Invalid:
        raise Ended(Close.UNREADABLE, "this cursor is damaged, or another person's") from None


def _bound_to(user_id: UUID) -> str:
    return f"notifications.socket:{user_id}"
