"""Strict JSON (RFC 8259, I-JSON RFC 7493): what is ambiguous or cannot be stored is refused, never repaired."""

import json
from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32


class StrictJSONParser(BaseParser):
    """Reads at most `max_body` bytes of the view, or settings.DATA_UPLOAD_MAX_MEMORY_SIZE, and parses them strictly."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of the body.

        Raises RequestDataTooBig (413), UnsupportedMediaType (415) where the charset is not UTF-8, ParseError (400).
        """
        context = parser_context or {}
        _require_utf8(media_type or "")
        limit = getattr(context.get("view"), "max_body", None) or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestDataTooBig(f"The body is larger than {limit} bytes.")
        return loads(body)


def loads(body: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Parse JSON text strictly. Raises ParseError.

    Refused: other encodings than UTF-8, NaN and infinities, lone surrogates, NUL characters (PostgreSQL cannot store
    them), keys that appear twice in one object, and nesting beyond `max_depth`.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(_("The body is not valid JSON: %(reason)s.") % {"reason": error}) from None
    if body.count(b"[") + body.count(b"{") > max_depth and _depth_exceeds(value, max_depth):
        raise ParseError(_("The body is nested deeper than %(depth)d levels.") % {"depth": max_depth})
    if b'"' in body:
        _check_strings(body)
    return value


def _require_utf8(media_type: str) -> None:
    for parameter in media_type.split(";")[1:]:
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(" \"'").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type)


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _depth in range(limit):
        level = [child for parent in level for child in _children(parent) if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _children(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _check_strings(body: bytes) -> None:
    """Refuse repeated keys and NUL characters. orjson keeps the last of repeated keys without a word."""
    json.loads(body, object_pairs_hook=_unique)
    if b"\\u0000" in body and _holds_nul(orjson.loads(body)):
        raise ParseError(_("The body holds a NUL character."))


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len(pairs) > 1 and len({name for name, _value in pairs}) < len(pairs):
        raise ParseError(_("The body holds an object in which a key appears twice."))


def _holds_nul(value: Any) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "\0" in item:
                return True
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False
