"""An answer as it is kept: status, its own headers, body. Sealed at rest, since it may show a secret once."""

import json
from dataclasses import dataclass
from uuid import UUID

from tenon.kernel import crypto

_PURPOSE = "idempotency answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, byte for byte, to the first request and to each repetition."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_kept(self) -> bool:
        """Only what succeeded: whoever was refused may try again, with the same key, once the reason is gone."""
        return self.status < 400

    def seal(self, *, record_id: UUID) -> str:
        """This answer as text that only its row can be opened with."""
        head = json.dumps([self.status, self.headers]).encode()
        return crypto.seal(_PURPOSE, head + b"\n" + self.body, bound_to=str(record_id))


def unseal(sealed: str, *, record_id: UUID) -> Answer:
    """The answer that was sealed. Raises crypto.Unsealable, also after a change of the key."""
    head, _newline, body = crypto.unseal(_PURPOSE, sealed, bound_to=str(record_id)).partition(b"\n")
    status, headers = json.loads(head)
    return Answer(status, tuple((name, value) for name, value in headers), body)
