"""The token by which a guest finds an order of theirs: its id with a MAC, so nothing has to be kept for it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from tenon.kernel import crypto

_PURPOSE = "orders.guest"
_ID = 16  # bytes
_MAC = 32


def token_of(order_id: UUID) -> str:
    """What a guest is given when they order, in the characters of base64url."""
    return urlsafe_b64encode(order_id.bytes + crypto.mac(_PURPOSE, order_id.bytes)).decode().rstrip("=")


def order_of(token: str) -> UUID | None:
    """The order that `token_of` was given; None for anything else."""
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except ValueError:
        return None
    body, signature = raw[:_ID], raw[_ID:]
    if len(signature) != _MAC or not crypto.same(signature, crypto.mac(_PURPOSE, body)):
        return None
    return UUID(bytes=body)
