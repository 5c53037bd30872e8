"""Keys that must not be accepted, each with a word on what is wrong with it."""

import hashlib
import zlib
from collections.abc import Iterator

from tenon.platform.api_keys.engines import secrets

Forgery = tuple[str, str]
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def forgeries(text: str) -> Iterator[Forgery]:
    """(what is wrong, key) of everything that can be made out of a good key without knowing another."""
    body, _, checksum = text.rpartition("_")
    head, _, secret = body.rpartition("_")
    for position in range(len(text)):
        yield f"another character at {position}", text[:position] + _other(text[position]) + text[position + 1 :]
    for position in range(1, len(text), 2):
        yield f"one character less at {position}", text[:position] + text[position + 1 :]
        yield f"one character more at {position}", text[:position] + "0" + text[position:]
    for position in range(len(secret)):
        changed = secret[:position] + _other(secret[position]) + secret[position + 1 :]
        yield f"another secret at {position}, its checksum right", summed(f"{head}_{changed}")
    for position in range(8):
        changed = head[:-8] + head[-8:][:position] + _other(head[-8:][position]) + head[-8:][position + 1 :]
        yield f"another id at {position}, its checksum right", summed(f"{changed}_{secret}")
    for length in range(0, len(text), 3):
        yield f"cut after {length}", text[:length]
    for word in ("live", "dev", "prod", "TEST", "", "a" * 11):
        yield f"environment {word!r}", summed(f"tn_{word}_{head[-8:]}_{secret}")
    stranger = secrets.make(head[-8:]).text
    yield "an invented secret of the same id", stranger
    yield "an invented key", secrets.make().text
    yield "the checksum of another", f"{body}_{stranger.rpartition('_')[2]}"
    yield "the secret's digest", summed(f"{head}_{hashlib.sha256(text.encode()).hexdigest()[:43]}")
    yield "case swapped", summed(f"{head}_{secret.swapcase()}")
    yield "reversed", summed(f"{head}_{secret[::-1]}")
    yield "twice", text + text
    yield "no checksum", body
    yield "an empty checksum", f"{body}_"
    yield "a checksum in hexadecimal", f"{body}_{zlib.crc32(body.encode()):08x}"
    yield "a longer secret", summed(f"{body}0")
    yield "a shorter secret", summed(body[:-1])
    yield "an inner blank", f"{body} _{checksum}"
    yield "an inner line feed", f"{body}\n_{checksum}"
    yield "a full-width digit", text[:20] + "\N{FULLWIDTH DIGIT ONE}" + text[21:]
    yield "a null", text[:20] + "\0" + text[21:]
    yield "percent-encoded", text.replace("_", "%5F")
    yield "quoted", f'"{text}"'
    yield "SQL", "tn_test_' OR 1=1 --_" + secret + "_" + checksum
    yield "a wildcard", summed(f"tn_test_%%%%%%%%_{secret}")
    yield "far too long", summed(f"{head}_{'a' * 100_000}")


def summed(body: str) -> str:
    """`body` with the checksum that it wants."""
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return f"{body}_{digits.rjust(6, '0')}"


def _other(character: str) -> str:
    return "x" if character != "x" else "y"
