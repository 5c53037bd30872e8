"""Removes from log lines what must never rest in one: passwords, tokens, codes, and whose email address it was.

By the name of a field, and by the look of a text. The look is the safety net: an exception's message, a URL, a header
that somebody formatted into a sentence.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REMOVED = "[removed]"

_SECRET_FIELD = re.compile(
    r"passw|passphrase|secret|token|authorization|cookie|credential|signature|api_?key|private_?key|session_?key|dsn$",
    re.IGNORECASE,
)
# `code` is also an HTTP status and the word of an error, which hold no digits or are numbers.
_CODE_FIELD = re.compile(r"(?:^|_)(?:code|otp|pin)$", re.IGNORECASE)

_LOOKS = (
    # Authorization headers; JSON Web Tokens (RFC 7519); our own tokens.
    (re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {REMOVED}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), REMOVED),
    (re.compile(r"\btn(?:r|_[a-z]+)_[\w-]{8,}"), REMOVED),
    # name=value, "name": "value", name='value'; also in a query string or a database URL.
    (
        re.compile(
            r"(?i)(\b[\w-]*(?:passw\w*|secret|token|api_?key|otp|pin|code)\b[\"']?\s*[=:]\s*)"
            r"(?:\"[^\"]*\"|'[^']*'|(?=[^\s&,;}\])]*\d)[^\s&,;}\])]+|(?<=[^\d]=)[^\s&,;}\])]{8,})"
        ),
        rf"\1{REMOVED}",
    ),
    (re.compile(r"(\w+://[^\s:/@]*:)[^\s/@]+@"), rf"\1{REMOVED}@"),
    # The secret of a verification link is a part of its path.
    (re.compile(r"(/verify(?:-email)?/)[\w-]{16,}"), rf"\1{REMOVED}"),
    (re.compile(r"\b([\w.%+-])[\w.%+-]*@([\w-]+(?:\.[\w-]+)+)"), r"\1***@\2"),
)


def scrub(text: str) -> str:
    """`text` without what looks like a secret; email addresses keep their first letter and their domain."""
    for look, instead in _LOOKS:
        text = look.sub(instead, text)
    return text


def clean(value: Any, *, field: str = "") -> Any:
    """A copy of `value`, as text, numbers, lists and dictionaries, that may be written to a log."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_FIELD.search(field):
        return REMOVED
    if isinstance(value, Mapping):
        return {str(name): clean(item, field=str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item, field=field) for item in value]
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if _CODE_FIELD.search(field) and any(character.isdigit() for character in text):
        return REMOVED
    return scrub(text)


def remove_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog's processor for every line, the last before it is written out."""
    return {name: clean(value, field=name) for name, value in event.items()}
