"""Whose key it is, and for which request it stands."""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from tenon.kernel import crypto, ids
from tenon.kernel.idempotency.errors import KeyMalformed
from tenon.kernel.principal import Principal

MAX_LENGTH = 255
_FINGERPRINT = "idempotency fingerprint"
_PRINTABLE = re.compile(rf"[\x20-\x7e]{{1,{MAX_LENGTH}}}")
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with a key. `id` follows from whose key it is; `fingerprint` from what is asked.

    The fingerprint is keyed, as the body may hold a password.
    """

    id: UUID
    fingerprint: str
    organization_id: UUID | None = None
    principal_id: UUID | None = None
    former_fingerprints: tuple[str, ...] = ()
    """The same under the keys in SECRET_KEY_FALLBACKS."""


def read(header: str) -> str:
    """The key in a header: a quoted string (RFC 9651), as the draft has it, or bare. Raises KeyMalformed."""
    if not _PRINTABLE.fullmatch(header):
        raise KeyMalformed
    quoted = _QUOTED.fullmatch(header)
    key = re.sub(r'\\(["\\])', r"\1", quoted[1]) if quoted else header
    if not key:
        raise KeyMalformed
    return key


def asked(*, key: str, principal: Principal, caller: str, method: str, route: str, content: bytes) -> Asked:
    """The same `key` of the same caller, in the same organization, for the same method and route is one request.

    `caller` tells apart those who have no account; it is hashed. `content` is what a repetition must have in common
    with the first: path, query and body, in a form that does not depend on how they were written.
    """
    whose = principal.id or (crypto.mac("idempotency caller", caller.encode()).hex() if caller else "")
    scope = [principal.organization_id or "", principal.kind, whose, method, route, key]
    digest = hashlib.sha256("\0".join(map(str, scope)).encode()).digest()
    return Asked(
        id=ids.id_from(digest),
        fingerprint=crypto.mac(_FINGERPRINT, content).hex(),
        former_fingerprints=tuple(
            crypto.mac(_FINGERPRINT, content, secret=secret).hex() for secret in settings.SECRET_KEY_FALLBACKS
        ),
        organization_id=principal.organization_id,
        principal_id=principal.id,
    )
