"""Magic codes: eight digits that a person types, the longer secret of the emailed link, and how both rest.

A code has 26.6 bits, so a plain hash of it is undone by trying all of them; it rests as HMAC-SHA256 under a key of the
server (NIST SP 800-63B, 5.1.3.2 and 5.2.2, limits the attempts instead). The link's secret has 256 bits and rests as
SHA-256.
"""

import re
import secrets

from tenon.kernel import crypto

DIGITS = 8
_LINK_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)
_CODE_PURPOSE = "identity.magic_code"
_ADDRESS_PURPOSE = "identity.magic_address"
_EMAIL_PURPOSE = "identity.magic_email"


def new_code() -> str:
    """Eight random digits; the first may be zero."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def code_in(text: str) -> str | None:
    """The code that somebody typed, with blanks wherever they like; None when it is none."""
    digits = "".join(text.split())
    return digits if _CODE.fullmatch(digits) else None


def link_secret_in(text: str) -> str | None:
    """The secret of an emailed link, with blanks around it at most; None when it is none."""
    secret = text.strip()
    return secret if _LINK_SECRET.fullmatch(secret) else None


def code_hmac(code: str) -> str:
    """A code as it rests in the database: 64 hex characters."""
    return crypto.mac(_CODE_PURPOSE, code.encode()).hex()


def address_hmac(address: str) -> str:
    """What finds the codes of a normalized address, which most likely has no account: 64 hex characters."""
    return crypto.mac(_ADDRESS_PURPOSE, address.encode()).hex()


def seal_email(email: str, *, challenge_id: object) -> str:
    """An address as it rests beside its code, bound to that one challenge."""
    return crypto.seal(_EMAIL_PURPOSE, email.encode(), bound_to=str(challenge_id))


def unseal_email(sealed: str, *, challenge_id: object) -> str:
    """The address of `seal_email`. Raises crypto.Unsealable, also after a change of SECRET_KEY."""
    return crypto.unseal(_EMAIL_PURPOSE, sealed, bound_to=str(challenge_id)).decode()
