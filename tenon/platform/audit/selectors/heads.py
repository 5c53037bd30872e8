"""The ends of all chains, signed: what is kept outside shows later that nothing before it was written anew.

Signed with Ed25519 (RFC 8032) by a key that follows from SECRET_KEY, over the JSON of everything but the signature,
with sorted keys and without blanks. The public key stands beside it, so that others can check the signature; that it is
this deployment's key, only the deployment can say.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tenon.kernel import clock, crypto
from tenon.platform.audit.models import Head, Seal

_PURPOSE = "audit-heads"


def export(*, now: datetime) -> dict[str, Any]:
    """`{"version", "issued_at", "heads": [{"chain", "seq", "hash"}], "public_key", "signature"}`."""
    rows = Head.objects.filter(seq__gt=0).order_by("chain").values_list("chain", "seq", "hash")
    key = _key()
    signed = {
        "version": 1,
        "issued_at": clock.rfc3339(now),
        "heads": [{"chain": str(chain), "seq": seq, "hash": value} for chain, seq, value in rows],
        "public_key": b64encode(key.public_key().public_bytes_raw()).decode(),
    }
    return {**signed, "signature": b64encode(key.sign(_bytes(signed))).decode()}


def compare(document: Mapping[str, Any]) -> list[str]:
    """What is not as `document` says, in words; nothing where all of it still holds. Raises ValueError for no heads."""
    try:
        signed = {name: value for name, value in document.items() if name != "signature"}
        signature, heads = b64decode(document["signature"]), list(signed["heads"])
        wanted = [(UUID(each["chain"]), int(each["seq"]), str(each["hash"])) for each in heads]
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    try:
        _key().public_key().verify(signature, _bytes(signed))
    except InvalidSignature:
        return ["the signature is not this deployment's"]
    return [fault for each in wanted if (fault := _fault(*each))]


def _fault(chain: UUID, seq: int, value: str) -> str:
    head = Head.objects.filter(chain=chain).first()
    if head is None:
        return f"the chain {chain} is gone"
    if seq < head.purged_seq:
        return ""  # too old to be compared: the beginning of the chain was purged
    if seq == head.purged_seq:
        found: str | None = head.purged_hash
    else:
        found = Seal.objects.filter(chain=chain, seq=seq).values_list("hash", flat=True).first()
    if found is None:
        return f"the chain {chain} has no place {seq} any more"
    return "" if crypto.same(found, value) else f"the chain {chain} has another hash at place {seq}"


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(crypto.derived_key(_PURPOSE))


def _bytes(signed: Mapping[str, Any]) -> bytes:
    return json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()
