"""What is stored and shown of a failure: enough to act upon, and nothing of the payload."""

import re
import traceback
from collections.abc import Iterator
from typing import Any

from tenon.kernel.errors import TenonError
from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure, Undecodable, UnknownName

LONGEST = 500
_SHORTEST_HIDDEN = 4
# Messages of these are written by us for operators; all others may quote what they were given.
_OURS = (PermanentFailure, TemporaryFailure, Undecodable, UnknownName)


def describe(error: BaseException, *, payload: Any, secret: bool) -> str:
    """One line: how it failed, and where. The payload's texts are blacked out; a secret row shows only our messages."""
    if isinstance(error, _OURS):
        message = str(error)
    elif isinstance(error, TenonError):
        message = f"{type(error).__name__} ({error.code})"
    elif secret:
        message = type(error).__name__
    else:
        message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    for text in sorted(set(_texts(payload)), key=len, reverse=True):
        message = re.sub(re.escape(text), "•••", message, flags=re.IGNORECASE)
    if not isinstance(error, _OURS):
        message += _place(error)
    return " ".join(message.replace("\x00", " ").split())[:LONGEST]


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/tenon/" in frame.filename]
    if not ours:
        return ""
    return f" at tenon/{ours[-1].filename.rsplit('/tenon/', 1)[1]}:{ours[-1].lineno}"


def _texts(payload: Any) -> Iterator[str]:
    if isinstance(payload, str) and len(payload) >= _SHORTEST_HIDDEN:
        yield payload
    elif isinstance(payload, dict):
        for value in payload.values():
            yield from _texts(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _texts(value)
