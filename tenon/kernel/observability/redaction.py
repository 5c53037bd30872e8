"""Removes from log lines what must never rest in one: passwords, tokens, codes, and whose email address it was.

By the name of a field, and by the look of a text. The look is the safety net: an exception's message, a URL, a header
that somebody formatted into a sentence.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REMOVED = "[removed]"

_SECRET_FIELD = re.compile(
    r"passw|passphrase|secret|token|authorization|cookie|credential|signature|api[_-]?key|private[_-]?key|session[_-]?key|dsn$",
    re.IGNORECASE,
)
# `code` is also an HTTP status and the word of an error, which hold no digits or are numbers.
_CODE_FIELD = re.compile(r"(?:^|_)(?:code|otp|pin)$", re.IGNORECASE)

# Most texts hold none of these, and are let go after one pass.
_SUSPICIOUS = re.compile(
    r"passw|secret|token|api[_-]?key|otp|pin|code|bearer|basic|eyJ|tn[r_]|[sr]k_|whsec_|@|/verify", re.IGNORECASE
)
# All bounded: a hostile text must not cost more than its length.
_NAME = r"(?:passw|secret|token|api[_-]?key)[\w-]{0,40}"
_CODE = r"(?:\b|_)(?:code|otp|pin)"
_LOOKS = tuple(
    (re.compile(look, re.IGNORECASE | re.DOTALL), instead.replace("*", REMOVED))
    for look, instead in (
        # Authorization headers; JSON Web Tokens (RFC 7519); our own tokens.
        (r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]{8,}", r"\1 *"),
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", "*"),
        (r"\btn(?:r|_[a-z]+)_[\w-]{8,}", "*"),
        # Keys of Stripe, secrets of webhooks, and what lets a browser pay.
        (r"\b(?:[sr]k_(?:live|test)|whsec)_[\w+/=-]{8,}", "*"),
        (r"\b(pi_\w{1,64}_secret_)\w+", r"\1*"),
        # "name": "value" and name='value'; name=value, as in a query string; and any value that holds a digit.
        # A quoted value goes whole: no quote behind a backslash ends it, as too much is better removed than too little,
        # and one that was cut off goes to its end. In JSON within JSON the quotes are escaped, those inside once more.
        (rf"({_NAME}[\"']?\s*[=:]\s*)(?:\"(?:[^\"\\]|\\+.?)*+\"?|'(?:[^'\\]|\\+.?)*+'?)", r"\1*"),
        (rf"({_NAME}(\\+[\"'])\s*[=:]\s*)(\\+[\"']).*?(?:(?<!\\)\3|\Z)", r"\1*"),
        (rf"({_NAME}=)[^\s&,;\"'}})\]]+", r"\1*"),
        (rf"((?:{_NAME}|{_CODE})[\"']?\s*[=:]\s*)(?=\S{{0,100}}\d)[^\s&,;}})\]]+", r"\1*"),
        # The password of a URL, to the last @: not everybody writes @ and / in one as %40 and %2F. Behind the port of a
        # web address an @ belongs to something else.
        (r"((?<!http)(?<!https)://[^\s:/@\[]*:)\S{1,300}@", r"\1*@"),
        (r"(https?://[^\s:/@\[]*:)(?!\d{1,5}[/?#])\S{1,300}@", r"\1*@"),
        # The secret in the path of a verification link.
        (r"(/verify(?:-email)?/)[\w-]{16,}", r"\1*"),
        # Whose address it was: the first letter and the domain stay.
        (r"\b([\w.%+-])[\w.%+-]{0,63}@([\w-]+(?:\.[\w-]+)+)", r"\1…@\2"),
    )
)


def scrub(text: str) -> str:
    """`text` without what looks like a secret; email addresses keep their first letter and their domain."""
    if _SUSPICIOUS.search(text):
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
