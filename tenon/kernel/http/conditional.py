"""Conditional requests (RFC 9110 §13): a client that has the current version gets 304, one that has an old one 412."""

import hashlib
import re
from base64 import urlsafe_b64encode
from datetime import datetime

from django.http import HttpRequest
from rest_framework.request import Request

from tenon.kernel.clock import rfc3339
from tenon.kernel.errors import PreconditionFailed

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class NotModified(Exception):
    """The caller's copy is current; answered with 304 and no body."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def etag(*parts: object) -> str:
    """A strong entity tag from what changes whenever the representation does: id, version, updated_at, language."""
    texts = [rfc3339(part) if isinstance(part, datetime) else str(part) for part in parts]
    digest = hashlib.sha256("\0".join(texts).encode()).digest()[:16]
    return f'"{urlsafe_b64encode(digest).decode().rstrip("=")}"'


def gzipped(tag: str) -> str:
    """The strong tag of the same version in its compressed form, which is another representation (§8.8.3.3)."""
    return f'{tag[:-1]};gzip"'


def check(request: Request | HttpRequest, current: str | None) -> None:
    """Evaluate If-Match and If-None-Match in the order of RFC 9110 §13.2.2 against `current` (None: no such resource).

    Raises NotModified (304 for GET and HEAD) and PreconditionFailed (412).
    """
    if_match = request.META.get("HTTP_IF_MATCH")
    if if_match is not None and not _matching(if_match, current, weak=False):
        raise PreconditionFailed
    if_none_match = request.META.get("HTTP_IF_NONE_MATCH")
    if if_none_match is not None and (known := _matching(if_none_match, current, weak=True)):
        if request.method in {"GET", "HEAD"}:
            raise NotModified(known)
        raise PreconditionFailed


def _matching(header: str, current: str | None, *, weak: bool) -> str | None:
    """The caller's tag that stands for `current`, compressed or not.

    Strong comparison refuses tags marked `W/`; weak comparison ignores the mark (§8.8.3.2).
    """
    if current is None or header.strip() == "*":
        return current
    same = {current, gzipped(current)}
    return next((tag for mark, tag in _TAG.findall(header) if tag in same and (weak or not mark)), None)
