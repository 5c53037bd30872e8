"""The short names by which organizations are addressed."""

import re
import secrets
from uuid import UUID

from django.utils.text import slugify

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENDING = 5  # random bytes that keep equal names apart


def is_slug(text: str) -> bool:
    """Whether `text` is lower-case words joined by hyphens, and cannot be mistaken for an id."""
    if _SLUG.fullmatch(text) is None:
        return False
    try:
        UUID(text)
    except ValueError:
        return True
    return False


def distinct(name: str) -> str:
    """A slug that follows from `name` and that no other organization has: `acme-inc-3f9c1b04d2`."""
    word = slugify(name)[:40].strip("-_").replace("_", "-") or "organization"
    return f"{word}-{secrets.token_hex(_ENDING)}"
