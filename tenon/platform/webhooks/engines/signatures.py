"""Secrets and signatures of the Standard Webhooks specification (https://www.standardwebhooks.com/)."""

import binascii
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
_BYTES = 32


def new_secret() -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether `text` is `whsec_` and 24 to 64 bytes in base64, written as base64 is."""
    try:
        key = b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return text == PREFIX + b64encode(key).decode() and SHORTEST <= len(key) <= LONGEST


def headers(*, message_id: str, body: str, keys: Iterable[str], now: datetime) -> dict[str, str]:
    """What an attempt at `now` carries: the message's id, the second, and a signature for each of `keys`."""
    signatures = [Webhook(key).sign(message_id, now, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
