"""Addresses that are a permission themselves: what they are good for, and until when, under a MAC of ours."""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenon.kernel import crypto

_TEXT = re.compile(
    r"(?P<organization>[0-9a-f]{32})(?P<file>[0-9a-f]{32})-(?P<until>[0-9a-f]{1,12})-(?P<rest>[0-9a-z]{1,20})"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """`rest` is what the use needs besides: the size of an upload, how a download is shown."""

    organization_id: UUID
    file_id: UUID
    rest: str


def sign(use: str, signed: Signed, *, until: datetime) -> str:
    """A word for one use ("upload", "download"), of letters, digits, hyphens and underscores."""
    text = f"{signed.organization_id.hex}{signed.file_id.hex}-{int(until.timestamp()):x}-{signed.rest}"
    return f"{text}-{_mac(use, text)}"


def read(use: str, word: str, *, now: datetime) -> Signed | None:
    """What was signed for this use, unless it was altered or its time is up."""
    text, hyphen, mac = word[:-44], word[-44:-43], word[-43:]
    match = _TEXT.fullmatch(text)
    if (
        match is None
        or hyphen != "-"
        or not crypto.same(mac, _mac(use, text))
        or int(match["until"], 16) < now.timestamp()
    ):
        return None
    return Signed(UUID(match["organization"]), UUID(match["file"]), match["rest"])


def _mac(use: str, text: str) -> str:
    return urlsafe_b64encode(crypto.mac(f"files:{use}", text.encode())).decode().rstrip("=")
