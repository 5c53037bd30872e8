"""Identifiers: UUIDv7 (RFC 9562), time-ordered, so that primary keys stay dense in their index."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7 as the standard library's `uuid.UUID`."""
    return uuid7()
