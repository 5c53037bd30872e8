"""Pictures as people send them: taken, cleaned, made smaller."""

from io import BytesIO

import pytest

from tenon.kernel.images import reading
from tenon.kernel.images.bounds import Bounds
from tenon.kernel.images.refusals import REASONS, ImageRefused
from tenon.testing import bombs
from tenon.testing.pictures import SECRET_PLACE, animation, encoded, noise, opened, photograph

PICTURES = [each for each in bombs.harmless() if not each[0].endswith((".pdf", ".csv"))]
REFUSED = [each for each in bombs.hostile() if each[0] != "bytes-21-million.png"]


@pytest.mark.parametrize(("name", "content"), PICTURES, ids=[name for name, _ in PICTURES])
def test_a_picture_is_taken_and_comes_back_clean(name: str, content: bytes):
    clean = reading.normalise(content)
    assert clean.facts == reading.inspect(BytesIO(content))
    image = opened(clean.content)
    assert image.size == (clean.facts.width, clean.facts.height)
    assert getattr(image, "n_frames", 1) == clean.facts.frames
    assert dict(image.getexif()) == {}
    assert SECRET_PLACE not in clean.content
    assert not reading.inspect(clean.content).carries_more


@pytest.mark.parametrize(("name", "content"), REFUSED, ids=[name for name, _ in REFUSED])
def test_what_could_harm_is_refused_with_a_reason(name: str, content: bytes):
    with pytest.raises(ImageRefused) as refusal:
        reading.normalise(content)
    assert refusal.value.extra["reason"] in REASONS
    assert str(refusal.value.detail)


def test_a_place_is_there_before_and_gone_after(tmp_path):
    for kind in ("JPEG", "PNG", "WEBP"):
        before = photograph(kind)
        assert opened(before).getexif().get_ifd(0x8825)
        path = tmp_path / f"photo.{kind}"
        path.write_bytes(before)
        clean = reading.normalise(path)
        assert clean.facts.carries_more
        assert SECRET_PLACE in before
        assert SECRET_PLACE not in clean.content
        assert opened(clean.content).tobytes() == opened(before).tobytes(), "the pixels are the same"


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_is_turned_the_way_it_is_seen(orientation: int):
    clean = reading.normalise(photograph(orientation=orientation, width=64, height=32))
    expected = (32, 64) if orientation >= 5 else (64, 32)
    assert (clean.facts.width, clean.facts.height) == expected == opened(clean.content).size


def test_a_colour_profile_stays():
    profile = b"\0" * 128 + b"a profile"
    for kind in ("JPEG", "PNG", "WEBP"):
        clean = reading.normalise(encoded(kind, icc_profile=profile))
        assert opened(clean.content).info["icc_profile"] == profile


def test_comments_go():
    gif = encoded("GIF", comment=SECRET_PLACE)
    jpeg = bombs.with_comment(encoded("JPEG"), SECRET_PLACE)
    for content in (gif, jpeg):
        clean = reading.normalise(content)
        assert clean.facts.carries_more
        assert SECRET_PLACE in content
        assert SECRET_PLACE not in clean.content


def test_an_animation_stays_one():
    for kind in ("GIF", "WEBP", "PNG"):
        clean = reading.normalise(animation(kind, frames=7))
        assert clean.facts.is_animated
        assert opened(clean.content).n_frames == 7


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK", "L", "1", "P", "I;16"])
def test_a_thumbnail_of_any_mode(mode: str):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    small = opened(reading.thumbnail(encoded(kind, noise(200, 100, mode)), side=50))
    assert small.format == "WEBP"
    assert small.size == (50, 25)


def test_a_thumbnail_is_turned_too():
    assert opened(reading.thumbnail(photograph(orientation=6, width=80, height=40), side=20)).size == (10, 20)


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Bounds(bytes=100), "too_large"),
        (Bounds(pixels=100), "too_many_pixels"),
        (Bounds(frames=2), "too_many_frames"),
        (Bounds(pixels=500, frame_pixels=1000), "too_many_frames"),
    ],
)
def test_bounds_are_the_callers(bounds: Bounds, reason: str):
    with pytest.raises(ImageRefused) as refusal:
        reading.inspect(animation(), bounds=bounds)
    assert refusal.value.extra == {"reason": reason}
