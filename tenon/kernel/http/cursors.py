"""Keyset cursors: opaque, signed, and bound to the list, the order and the filters that they were made for."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext_lazy as _

from tenon.kernel import crypto
from tenon.kernel.errors import FieldError, Invalid

_MAC = 16  # bytes
_MAX = 2048  # characters
_READERS: dict[str, Any] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "u": UUID,
}


class InvalidCursor(Invalid):
    """The cursor is damaged, or was made for another list, order or filter."""

    code = "invalid_cursor"
    message = _("This cursor is damaged, or belongs to another list, order or filter. Start again without a cursor.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the values of its sort columns in one row, and which way to read on from there.

    `inclusive` reads that row too: the way back from beyond an end whose neighbours are gone.
    """

    values: tuple[Any, ...]
    backwards: bool = False
    inclusive: bool = False


def encode(cursor: Cursor, *, bound_to: str) -> str:
    """The cursor as base64url text; the same place gives the same text, so that lists can have an ETag."""
    flags = cursor.backwards + 2 * cursor.inclusive
    body = orjson.dumps([flags, *(_tag(value) for value in cursor.values)])
    return _text(_sign(body, bound_to) + body)


def decode(text: str, *, bound_to: str) -> Cursor:
    """The cursor that `encode` made for the same `bound_to`. Raises InvalidCursor."""
    raw = _bytes(text)
    signature, body = raw[:_MAC], raw[_MAC:]
    if not body or not crypto.same(signature, _sign(body, bound_to)):
        raise InvalidCursor(errors=[FieldError("", "invalid_cursor", InvalidCursor.message, parameter="cursor")])
    flags, *values = orjson.loads(body)
    return Cursor(tuple(_untag(value) for value in values), backwards=bool(flags & 1), inclusive=bool(flags & 2))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """The bytes of `text`, or none where it is not what `_text` writes: the decoder alone skips what it dislikes."""
    if not text.isascii() or len(text) > _MAX:
        return b""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
    return raw if _text(raw) == text else b""


def _sign(body: bytes, bound_to: str) -> bytes:
    return crypto.mac("cursor", b"%d:%b%b" % (len(bound_to.encode()), bound_to.encode(), body))[:_MAC]


def _tag(value: Any) -> Any:
    """Numbers and booleans as they are, everything else as text with a letter for its type."""
    if isinstance(value, datetime):
        return f"t{value.isoformat()}"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, Decimal):
        return f"n{value}"
    if isinstance(value, UUID):
        return f"u{value.hex}"
    return f"s{value}" if isinstance(value, str) else value


def _untag(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    reader = _READERS.get(value[0])
    return reader(value[1:]) if reader else value[1:]
