"""What the child process does with a picture. It trusts nothing: whatever goes wrong here is the picture's fault.

Every format is told by its first bytes and its container read by `containers` first, so that a size is refused before
Pillow allocates it. Then all pixels are decoded, or those of some frames: a file that cannot be shown is not taken.
"""

import warnings
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from tenon.kernel.images import polyglots
from tenon.kernel.images.bounds import BadImage, Bounds
from tenon.kernel.images.containers import gif, jpeg, png, webp
from tenon.kernel.images.containers.outline import Outline

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
SAMPLED_FRAMES = 12
_ORIENTATION = 0x0112  # the tag of EXIF 2.32 that turns a picture
_QUALITY = 92  # of a photograph that must be turned, and so encoded again
_THUMBNAIL_QUALITY = 80


def prepare() -> None:
    """Load the decoders, and none but those of FORMATS, before the process gives up its rights."""
    Image.preinit()
    for name in FORMATS:
        with suppress(ImportError):
            __import__(f"PIL.{name.title().replace('Webp', 'WebP')}ImagePlugin")


def inspect(data: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    """The facts of a picture. Raises BadImage, and whatever Pillow raises."""
    outline = read_outline(data, bounds)
    with _opened(data, outline, bounds) as image:
        facts = _facts(image, outline)
        _decode(image, outline)
    return facts, b""


def normalise(data: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    """The facts, and the picture without what it carries besides, the way up it is meant to be seen.

    Pixels stay as they are, but for a picture that has to be turned: that one is encoded again.
    """
    outline = read_outline(data, bounds)
    with _opened(data, outline, bounds) as image:
        facts = _facts(image, outline)
        if _is_turned(image) and outline.frames == 1:
            return facts, _turned(image, outline.format)
        _decode(image, outline)
    return facts, outline.stripped()


def thumbnail(data: bytes, bounds: Bounds, *, side: int) -> tuple[dict[str, Any], bytes]:
    """The facts, and the first frame as WebP, no side longer than `side` pixels."""
    outline = read_outline(data, bounds)
    with _opened(data, outline, bounds) as image:
        facts = _facts(image, outline)
        image.draft("RGB", (side, side))
        if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scaling
            image = image.convert("I").point(lambda value: value / 256).convert("L")
        image.thumbnail((side, side))
        small = _in_colours(ImageOps.exif_transpose(image))
    target = BytesIO()
    small.save(target, "WEBP", quality=_THUMBNAIL_QUALITY)
    return facts, target.getvalue()


def read_outline(data: bytes, bounds: Bounds) -> Outline:
    """What the container says, within the bounds. Raises BadImage."""
    if len(data) > bounds.bytes:
        raise BadImage("too_large")
    if data.startswith(jpeg.SIGNATURE):
        outline = jpeg.read(data)
    elif data.startswith(png.SIGNATURE):
        outline = png.read(data)
    elif data.startswith(gif.SIGNATURES):
        outline = gif.read(data)
    elif webp.is_one(data):
        outline = webp.read(data)
    else:
        raise BadImage("type_refused")
    if polyglots.is_two_things(data):
        raise BadImage("two_things")
    pixels = outline.width * outline.height
    if pixels > bounds.pixels:
        raise BadImage("too_many_pixels")
    if outline.frames > bounds.frames or outline.frames * pixels > max(bounds.frame_pixels, bounds.pixels):
        raise BadImage("too_many_frames")
    return outline


def _opened(data: bytes, outline: Outline, bounds: Bounds) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = bounds.pixels
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        return Image.open(BytesIO(data), formats=[outline.format])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadImage("too_many_pixels") from None
    except (UnidentifiedImageError, SyntaxError):
        raise BadImage("malformed") from None


def _facts(image: Image.Image, outline: Outline) -> dict[str, Any]:
    width, height = image.size
    if _is_turned(image) and outline.frames == 1 and image.getexif()[_ORIENTATION] >= 5:
        width, height = height, width
    return {
        "content_type": f"image/{outline.format.lower()}",
        "width": width,
        "height": height,
        "frames": outline.frames,
        "mode": image.mode,
        "carries_more": outline.carries_more,
    }


def _is_turned(image: Image.Image) -> bool:
    return image.getexif().get(_ORIENTATION, 1) in range(2, 9)


def _decode(image: Image.Image, outline: Outline) -> None:
    """Decode the picture, or some frames of an animation. JPEG at an eighth: all of its data is read even so."""
    if outline.frames == 1:
        image.draft(image.mode, (max(1, image.size[0] // 8), max(1, image.size[1] // 8)))
        image.load()
        return
    for number in _sample(outline.frames):
        try:
            image.seek(number)
        except EOFError:
            break
        image.load()


def _sample(frames: int) -> Iterable[int]:
    """Numbers of frames, spread evenly, the first and the last among them."""
    return sorted({round(step * (frames - 1) / (SAMPLED_FRAMES - 1)) for step in range(SAMPLED_FRAMES)})


def _turned(image: Image.Image, name: str) -> bytes:
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    upright.info.clear()
    options: dict[str, Any] = {"quality": _QUALITY} if name in ("JPEG", "WEBP") else {}
    target = BytesIO()
    upright.save(target, name, icc_profile=profile, exif=b"", **options)
    return target.getvalue()


def _in_colours(image: Image.Image) -> Image.Image:
    """In a mode that WebP has."""
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
