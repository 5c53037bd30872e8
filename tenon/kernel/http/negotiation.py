"""Content negotiation (RFC 9110 §12.5.1) with quality values, and the version of the API by media type parameter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation

if TYPE_CHECKING:
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request

VERSIONS = ("v1",)
_MAX_LENGTH = 2048  # characters of an Accept header; a browser sends about 150
_NEVER = (-1, 0.0)


@dataclass(frozen=True, slots=True)
class _Range:
    type: str
    subtype: str
    quality: float
    versions_known: bool

    def specificity(self, media_type: str) -> int:
        """2 for an exact match, 1 for `type/*`, 0 for `*/*`, -1 for none."""
        main, _slash, sub = media_type.partition("/")
        if not self.versions_known or self.type not in {main, "*"}:
            return -1
        if self.subtype == "*":
            return 0 if self.type == "*" else 1
        return 2 if self.subtype == sub else -1


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """Which of `offered` media types suits the `Accept` header best (earlier wins a tie), or None when none does.

    A range that asks for a version of the API that does not exist (`application/json;version=v9`) matches nothing.
    """
    if accept in {"", "*/*"}:
        return offered[0]
    if len(accept) > _MAX_LENGTH:
        return None
    ranges = [parsed for part in accept.split(",") if (parsed := _parse(part)) is not None]
    best, best_quality = None, 0.0
    for media_type in offered:
        # The most specific range decides, whatever its quality (RFC 9110 §12.5.1).
        _specificity, quality = max(((r.specificity(media_type), r.quality) for r in ranges), default=_NEVER)
        if _specificity >= 0 and quality > best_quality:
            best, best_quality = media_type, quality
    return best


class Negotiation(DefaultContentNegotiation):
    """Chooses the renderer by `choose`; a parser by the Content-Type, as REST framework does."""

    def select_renderer(
        self, request: "Request", renderers: Iterable["BaseRenderer"], format_suffix: str | None = None
    ) -> tuple["BaseRenderer", str]:
        """The renderer and its media type. Raises NotAcceptable (406)."""
        offered = {renderer.media_type: renderer for renderer in renderers}
        chosen = choose(request.META.get("HTTP_ACCEPT", ""), list(offered))
        if chosen is None:
            raise NotAcceptable
        return offered[chosen], chosen


def _parse(part: str) -> _Range | None:
    media_range, *parameters = (piece.strip() for piece in part.split(";"))
    main, slash, sub = media_range.lower().partition("/")
    if not slash or not main or not sub:
        return None
    values: dict[str, Any] = {}
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        values[name.strip().lower()] = value.strip().strip('"')
    try:
        quality = min(max(float(values.get("q", "1")), 0.0), 1.0)
    except ValueError:
        return None
    return _Range(main, sub, quality, values.get("version", VERSIONS[0]) in VERSIONS)
