"""Pictures that people send, made on the spot."""

from io import BytesIO
from typing import Any

from PIL import Image

LATITUDE = (52.0, 31.0, 12.025)
SECRET_PLACE = b"Tenon secret place 52.52"


def noise(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture that does not compress to nothing."""
    return Image.effect_noise((width, height), 60).convert(mode)


def encoded(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """A picture as a file."""
    target = BytesIO()
    (image or noise()).save(target, kind, **options)
    return target.getvalue()


def exif(*, orientation: int = 1) -> Image.Exif:
    """What a telephone writes: where it was, and which way up."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = SECRET_PLACE.decode()
    place = data.get_ifd(0x8825)
    place[1], place[2] = "N", LATITUDE
    return data


def photograph(kind: str = "JPEG", *, orientation: int = 1, width: int = 64, height: int = 48) -> bytes:
    """A picture that tells where it was taken."""
    return encoded(kind, noise(width, height), exif=exif(orientation=orientation))


def animation(kind: str = "GIF", frames: int = 5, width: int = 24, height: int = 16) -> bytes:
    """Frames that differ."""
    shades = [Image.new("L", (width, height), number * 37 % 256) for number in range(frames)]
    return encoded(kind, shades[0], save_all=True, append_images=shades[1:], duration=20)


def opened(content: bytes) -> Image.Image:
    """The picture in a file."""
    image = Image.open(BytesIO(content))
    image.load()
    return image
