"""Refresh tokens: a pure function of a session and a counter, so that the same turn always gives the same token.

`tnr_` and 72 characters of base64url over 54 bytes: session id (16), counter (6, big endian), HMAC-SHA256 (32) under a
key of its own. 54 bytes leave no spare bits in base64, so a token has exactly one spelling.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from tenon.kernel import crypto
from tenon.platform.identity.errors import InvalidToken

PREFIX = "tnr_"
_SHAPE = re.compile(rf"{PREFIX}([A-Za-z0-9_-]{{72}})", re.ASCII)
_ID = 16
_COUNTER = 6


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a refresh token says: the session, and which turn of it."""

    session_id: UUID
    counter: int


def encode(*, session_id: UUID, counter: int) -> str:
    """The one refresh token of this turn of the session."""
    body = session_id.bytes + counter.to_bytes(_COUNTER, "big")
    return PREFIX + urlsafe_b64encode(body + _mac(body)).decode()


def decode(token: str) -> RefreshToken:
    """What `token` says, once its HMAC is found right. Raises InvalidToken."""
    match = _SHAPE.fullmatch(token)
    if match is None:
        raise InvalidToken
    raw = urlsafe_b64decode(match[1])
    body, mac = raw[: _ID + _COUNTER], raw[_ID + _COUNTER :]
    if not crypto.same(mac, _mac(body)):
        raise InvalidToken
    return RefreshToken(session_id=UUID(bytes=body[:_ID]), counter=int.from_bytes(body[_ID:], "big"))


def _mac(body: bytes) -> bytes:
    key = crypto.derived_key("identity.refresh_token", secret=settings.JWT_SECRET or None)
    return hmac.digest(key, body, hashlib.sha256)
