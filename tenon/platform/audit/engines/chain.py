"""The arithmetic of the chain: what is hashed, byte for byte, so that anybody can hash it again.

A row's personal part, its parameters and the network address, is not in the chain; a commitment to it is: SHA-256 over
a random salt and the text. Without the salt nobody can tell from the commitment what the text was, not even by trying
all addresses, so that erasing the text and the salt erases the fact, while the chain still holds.

Each seal's hash covers the hash before it, the place in the chain and every other column of the row.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

GENESIS = "0" * 64
"""The hash before the first seal of a chain."""
NO_ORGANIZATION = UUID(int=0)
"""The chain of what belongs to no organization."""


@dataclass(frozen=True, slots=True)
class Content:
    """The columns of an audit row that are in the chain, in the order in which they are hashed."""

    id: UUID
    created_at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    target_type: str
    target_id: str
    organization_id: UUID | None
    outcome: str
    request_id: str
    commitment: str


def new_salt() -> str:
    """128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def as_text(parameters: Mapping[str, Any]) -> str:
    """Parameters as they are stored and hashed: JSON of one form."""
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commitment(*, salt: str, ip: str, parameters: str) -> str:
    """What the chain keeps of the personal part: 64 hexadecimal characters."""
    return _sha256([salt, ip, parameters])


def link(*, chain: UUID, seq: int, previous: str, content: Content) -> str:
    """The hash of the seal that stands at `seq` of `chain`, behind `previous`: 64 hexadecimal characters."""
    return _sha256([str(chain), seq, previous, *map(_plain, astuple(content))])


def _plain(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return None if value is None else str(value)


def _sha256(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
