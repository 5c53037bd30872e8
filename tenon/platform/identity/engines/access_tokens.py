"""Access tokens: JWTs (RFC 9068) signed with Ed25519 (RFC 8037), and the keys that verify them (RFC 7517).

The keys follow from JWT_SECRET and a generation number, so there is no key file to keep. Raising JWT_KEY_GENERATION by
one changes the signing key; the generation before and the one after verify too, so that neither tokens already issued
nor processes not yet restarted fail. Roles are not in a token: they are read with each request.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from jwt.types import Options

from tenon.kernel import crypto
from tenon.platform.identity.errors import InvalidToken

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
LEEWAY = timedelta(seconds=5)

_MAX_LENGTH = 4096
_SHAPE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")  # the library lets padding pass; RFC 7515 has none
# The library verifies the signature. Claims are verified below, all of them, strictly, and against the caller's clock.
_OPTIONS: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
}
_CLAIMS = {"iss": str, "aud": str, "sub": str, "sid": str, "jti": str, "iat": int, "exp": int}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says."""

    user_id: UUID
    session_id: UUID
    token_id: UUID
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """One key pair; `kid` is the RFC 7638 thumbprint of its public half."""

    kid: str
    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    jwk: Mapping[str, str]


def issue(*, user_id: UUID, session_id: UUID, now: datetime) -> str:
    """A token of `user_id` in `session_id`, good for JWT_ACCESS_TOKEN_LIFETIME."""
    key = _key(_secret(), settings.JWT_KEY_GENERATION)
    payload = {
        "iss": settings.JWT_ISSUER,
        "aud": settings.JWT_AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "jti": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + settings.JWT_ACCESS_TOKEN_LIFETIME).timestamp()),
    }
    return jwt.encode(payload, key.private, algorithm=ALGORITHM, headers={"typ": TYPE, "kid": key.kid})


def verify(token: str, *, now: datetime) -> Claims:
    """What `token` says, once algorithm, type, key, signature, issuer, audience and times are found right.

    Raises InvalidToken, without saying which of these it was. Whether the session still lives is not known here.
    """
    if len(token) > _MAX_LENGTH or _SHAPE.fullmatch(token) is None:
        raise InvalidToken
    try:
        return _claims(_signed(token, _secret(), settings.JWT_KEY_GENERATION), now=now)
    except (jwt.PyJWTError, ValueError, OverflowError, OSError, RecursionError):
        raise InvalidToken from None


@lru_cache(maxsize=1024)
def _signed(token: str, secret: str, generation: int) -> Mapping[str, Any]:
    """The payload of a token that one of the accepted keys has signed. Raises InvalidToken and jwt.PyJWTError.

    Whoever calls comes again with the same token: what it was signed with does not change, and to find that out costs
    more than the rest of authentication. Times and everything else are looked at each time; a refusal is not kept.
    """
    header = jwt.get_unverified_header(token)
    key = accepted_keys().get(header.get("kid", ""))
    if key is None or header.get("alg") != ALGORITHM or header.get("typ") != TYPE:
        raise InvalidToken
    payload: Mapping[str, Any] = jwt.decode(token, key.public, algorithms=[ALGORITHM], options=_OPTIONS)
    return payload


def accepted_keys() -> dict[str, Key]:
    """The keys that verify now, by kid: the current generation, the previous and the next."""
    secret, current = _secret(), settings.JWT_KEY_GENERATION
    return {key.kid: key for key in (_key(secret, generation) for generation in (current, current - 1, current + 1))}


def jwks() -> dict[str, list[dict[str, str]]]:
    """The public keys as a JWK Set (RFC 7517): `{"keys": [current, previous, next]}`."""
    return {"keys": [dict(key.jwk) for key in accepted_keys().values()]}


def _claims(payload: Mapping[str, Any], *, now: datetime) -> Claims:
    for name, kind in _CLAIMS.items():
        if type(payload.get(name)) is not kind:
            raise InvalidToken
    issued_at = datetime.fromtimestamp(payload["iat"], UTC)
    expires_at = datetime.fromtimestamp(payload["exp"], UTC)
    if (
        payload["iss"] != settings.JWT_ISSUER
        or payload["aud"] != settings.JWT_AUDIENCE
        or issued_at > now + LEEWAY
        or expires_at <= now - LEEWAY
        or "nbf" in payload  # none of ours has it
    ):
        raise InvalidToken
    return Claims(
        user_id=UUID(payload["sub"]),
        session_id=UUID(payload["sid"]),
        token_id=UUID(payload["jti"]),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _secret() -> str:
    return settings.JWT_SECRET or settings.SECRET_KEY


@lru_cache(maxsize=16)
def _key(secret: str, generation: int) -> Key:
    seed = crypto.derived_key(f"identity.access_token.{generation}", secret=secret)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key()
    members = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public.public_bytes_raw())}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode())
    kid = _base64url(thumbprint.digest())
    return Key(kid=kid, private=private, public=public, jwk=members | {"alg": ALGORITHM, "use": "sig", "kid": kid})


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
