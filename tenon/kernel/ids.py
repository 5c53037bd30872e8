"""Identifiers: UUIDv7 (RFC 9562), time-ordered, so that primary keys stay dense in their index; or from a digest."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def lowest_at(instant: datetime) -> UUID:
    """The UUIDv7 below all that are made from `instant` on: rows by their key are rows by their time.

    None was made before 1970, from where on they count.
    """
    milliseconds = max(int(instant.timestamp() * 1000), 0)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62))


def id_from(digest: bytes) -> UUID:
    """The UUID that the first 16 bytes of a digest make: the same id for the same digest.

    It has the form of a UUIDv5, of names. Any 16 bytes would do elsewhere, and RFC 9562 has version 8 for them; but
    MariaDB refuses to store what has no version, and one in a hundred of version 8.
    """
    number = int.from_bytes(digest[:16])
    return UUID(int=number & ~(0xF << 76) & ~(0b11 << 62) | (0x5 << 76) | (0b10 << 62))


def new_id() -> UUID:
    """A fresh UUIDv7 as the standard library's `uuid.UUID`."""
    return uuid7()
