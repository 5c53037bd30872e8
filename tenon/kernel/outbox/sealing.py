"""Secret payloads at rest: encrypted and bound to their row, so that no sealed text can be moved to another."""

import json
from typing import Any
from uuid import UUID

from tenon.kernel import crypto

_PURPOSE = "outbox payload"


def seal(payload: dict[str, Any], *, entry_id: UUID) -> str:
    """The payload as sealed text."""
    return crypto.seal(_PURPOSE, json.dumps(payload).encode(), bound_to=str(entry_id))


def unseal(sealed: str, *, entry_id: UUID) -> Any:
    """The payload that `seal` took. Raises crypto.Unsealable, also after a change of the key."""
    return json.loads(crypto.unseal(_PURPOSE, sealed, bound_to=str(entry_id)))
