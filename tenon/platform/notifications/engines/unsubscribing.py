"""The secret of a link that switches one type of mail off for one person: a MAC, so nothing has to be kept for it.

It lets its holder do nothing else, and does not expire: an old mail must still be a way to get no more of them
(RFC 8058, section 3.1, asks for an opaque part that is hard to forge).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from tenon.kernel import crypto

_PURPOSE = "notifications.unsubscribe"
_MAC = 16  # bytes
_ID = 16


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Whose mails of which type are to end."""

    user_id: UUID
    type: str


def encode(unsubscription: Unsubscription) -> str:
    """The secret, in the characters of base64url."""
    body = unsubscription.user_id.bytes + unsubscription.type.encode()
    return urlsafe_b64encode(crypto.mac(_PURPOSE, body)[:_MAC] + body).decode().rstrip("=")


def decode(secret: str) -> Unsubscription | None:
    """What `encode` was given; None for anything else."""
    try:
        raw = urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    except ValueError:
        return None
    signature, body = raw[:_MAC], raw[_MAC:]
    if len(body) <= _ID or not crypto.same(signature, crypto.mac(_PURPOSE, body)[:_MAC]):
        return None
    return Unsubscription(UUID(bytes=body[:_ID]), body[_ID:].decode())
