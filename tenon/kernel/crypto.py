"""Keys derived for one purpose each, authenticated encryption, and comparison in constant time.

Sources: HKDF (RFC 5869), AES-GCM (NIST SP 800-38D), HMAC (RFC 2104).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class Unsealable(ValueError):
    """The sealed value was damaged, made for another purpose, or sealed with another key."""


@lru_cache(maxsize=64)
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tenon:{purpose}".encode()).derive(secret.encode())


def derived_key(purpose: str, *, secret: str | None = None) -> bytes:
    """32 bytes for one purpose, from `secret` (SECRET_KEY unless given). Two purposes never share a key."""
    return _derive(secret or settings.SECRET_KEY, purpose)


def mac(purpose: str, message: bytes, *, secret: str | None = None) -> bytes:
    """HMAC-SHA256 of `message` under the key of `purpose`, from `secret` (SECRET_KEY unless given): 32 bytes."""
    return hmac.digest(derived_key(purpose, secret=secret), message, hashlib.sha256)


def same(left: bytes | str, right: bytes | str) -> bool:
    """Equality in time that does not depend on where the two differ."""
    return hmac.compare_digest(_bytes(left), _bytes(right))


def digest(secret: str) -> str:
    """SHA-256 of a high-entropy secret, as 64 hex characters: how one-time secrets rest in the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def random_token() -> str:
    """256 random bits, base64url without padding: 43 characters."""
    return secrets.token_urlsafe(32)


def seal(purpose: str, plaintext: bytes, *, bound_to: str) -> str:
    """Encrypt with AES-256-GCM, bound to `bound_to` (a row's identity), as base64url text."""
    nonce = secrets.token_bytes(_NONCE)
    body = AESGCM(derived_key(purpose)).encrypt(nonce, plaintext, bound_to.encode())
    return urlsafe_b64encode(nonce + body).decode()


def unseal(purpose: str, sealed: str, *, bound_to: str) -> bytes:
    """The plaintext of `seal`, also of one under a key in SECRET_KEY_FALLBACKS.

    Raises Unsealable when anything was changed, also `bound_to`.
    """
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with suppress(InvalidTag, ValueError):
            raw = urlsafe_b64decode(sealed.encode())
            key = derived_key(purpose, secret=secret)
            return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode())
    raise Unsealable("This value cannot be unsealed.")


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value
