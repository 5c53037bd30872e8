"""How an API key reads: `tn_<environment>_<id>_<secret>_<checksum>`, such as `tn_live_7Kq2xYw9_…_3bN01z`.

The id, 8 characters, finds the row. The secret is 43 characters of base62: 256 random bits. The checksum is the CRC32
of all before it, 6 characters of base62, so that a mistyped key is refused before the database is asked, and a scanner
for leaked secrets tells a key of ours from what only looks like one (as GitHub's tokens do).
"""

import re
import secrets
import string
import zlib
from dataclasses import dataclass

from django.conf import settings

PATTERN = r"tn_[a-z]{2,10}_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}"
"""What a scanner for leaked secrets looks for."""
ID_LENGTH = 8

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(r"(?P<body>tn_(?P<environment>[a-z]{2,10})_(?P<id>[0-9A-Za-z]{8})_[0-9A-Za-z]{43})_(?P<sum>\w{6})")
_LENGTHS = range(65, 74)


@dataclass(frozen=True, slots=True)
class Secret:
    """A key as its owner has it. `key_id` is public, `text` is shown once."""

    key_id: str
    text: str


def make(key_id: str = "") -> Secret:
    """A new secret, for a new key or, when rotating, for the one of this id."""
    key_id = key_id or _random(ID_LENGTH)
    body = f"{prefix(key_id)}_{_random(43)}"
    return Secret(key_id, f"{body}_{_checksum(body)}")


def read(text: str) -> Secret | None:
    """`text` as a key of this deployment's environment; None when its form or its checksum is not right."""
    match = _FORM.fullmatch(text) if len(text) in _LENGTHS else None
    if (
        match is None
        or match["environment"] != settings.API_KEY_ENVIRONMENT
        or match["sum"] != _checksum(match["body"])
    ):
        return None
    return Secret(match["id"], text)


def prefix(key_id: str) -> str:
    """What may be shown of a key, to tell it from others: `tn_live_7Kq2xYw9`."""
    return f"tn_{settings.API_KEY_ENVIRONMENT}_{key_id}"


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits.rjust(6, "0")
