"""Looking at pictures from strangers: `inspect`, `normalise`, `thumbnail`.

    facts = reading.inspect(upload.read())
    clean = reading.normalise(open(path, "rb"))      # clean.facts, clean.content

JPEG, PNG, GIF and WebP are taken; SVG is a program, and is not. A refusal is an ImageRefused (422) with a `reason`. The
memory and the time are a child process's, so that no picture can make a request's own process grow or hang.
"""

from dataclasses import dataclass
from io import BytesIO
from os import SEEK_END
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from tenon.kernel.images import pool
from tenon.kernel.images.bounds import Bounds
from tenon.kernel.images.refusals import ImageRefused

CONTENT_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
Source = bytes | Path | IO[bytes]


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`width` and `height` are in pixels, as the picture is seen; `mode` is Pillow's, such as RGB or CMYK.

    `carries_more`: it came with what a picture does not need, such as EXIF, XMP or comments.
    """

    content_type: str
    width: int
    height: int
    frames: int
    mode: str
    carries_more: bool

    @property
    def is_animated(self) -> bool:
        return self.frames > 1


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture as it may be kept and shown to others, and its facts."""

    facts: ImageFacts
    content: bytes


def inspect(source: Source, *, bounds: Bounds | None = None) -> ImageFacts:
    """What the picture is, after all of it was decoded. Raises ImageRefused and DecodersBusy."""
    return _ask("inspect", source, bounds).facts


def normalise(source: Source, *, bounds: Bounds | None = None) -> CleanImage:
    """The picture without EXIF, XMP, comments and whatever follows it, turned upright.

    Its pixels and its colour profile stay the same; only one that has to be turned is encoded again.
    Raises ImageRefused and DecodersBusy.
    """
    return _ask("normalise", source, bounds)


def thumbnail(source: Source, *, side: int, bounds: Bounds | None = None) -> bytes:
    """The picture, or the first frame of an animation, as WebP of at most `side` × `side` pixels.

    Raises ImageRefused and DecodersBusy.
    """
    return _ask("thumbnail", source, bounds, side=side).content


def default_bounds() -> Bounds:
    """What the settings IMAGE_* say."""
    return Bounds(
        bytes=settings.IMAGE_MAX_BYTES,
        pixels=settings.IMAGE_MAX_PIXELS,
        frames=settings.IMAGE_MAX_FRAMES,
        frame_pixels=2 * settings.IMAGE_MAX_PIXELS,
        memory=settings.IMAGE_MEMORY_MB * 1024 * 1024,
        cpu=settings.IMAGE_SECONDS,
    )


def _ask(work: str, source: Source, bounds: Bounds | None, **options: Any) -> CleanImage:
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return _ask(work, opened, bounds, **options)
    stream = BytesIO(source) if isinstance(source, bytes) else source
    bounds = bounds or default_bounds()
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    if size > bounds.bytes:
        raise ImageRefused.because("too_large")
    request = {"do": work, "size": size, **options}
    decoders = pool.shared(settings.IMAGE_DECODERS)
    answer, content = decoders.ask(request, stream, bounds, seconds=2.0 * bounds.cpu)
    if "code" in answer:
        raise ImageRefused.because(answer["code"])
    return CleanImage(ImageFacts(**answer["facts"]), content)
