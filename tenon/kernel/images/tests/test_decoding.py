"""The same, in this process: what the child process does, without the child."""

import json
import os
from pathlib import Path
from threading import Thread

import pytest

from tenon.kernel.images import child, decoding, polyglots
from tenon.kernel.images.bounds import BadImage, Bounds
from tenon.kernel.images.containers import gif, jpeg, png, webp
from tenon.kernel.images.refusals import REASONS
from tenon.testing import bombs
from tenon.testing.pictures import animation, encoded, photograph

BOUNDS = Bounds()
ALL = [*bombs.hostile(), *bombs.harmless()]


@pytest.mark.parametrize("work", sorted(child.WORK))
@pytest.mark.parametrize(("name", "content"), ALL, ids=[name for name, _ in ALL])
def test_every_file_has_an_answer(work: str, name: str, content: bytes):
    request = {"do": work, **({"side": 16} if work == "thumbnail" else {})}
    answer, _content, stays = child.carry_out(request, content, BOUNDS)
    assert stays
    assert ("facts" in answer) != (answer.get("code") in REASONS)


def test_memory_that_runs_out_is_a_refusal_and_the_end(monkeypatch):
    def hungry(data: bytes, bounds: Bounds):
        raise MemoryError

    monkeypatch.setitem(child.WORK, "inspect", hungry)
    assert child.carry_out({"do": "inspect"}, b"", BOUNDS) == ({"code": "too_costly"}, b"", False)


def test_a_request_is_served_and_then_the_next(monkeypatch):
    monkeypatch.setattr(child, "_limit", lambda what, value: None)  # it would be this process's
    ours, theirs = os.pipe(), os.pipe()
    content = photograph(orientation=6)
    request = {"do": "normalise", "size": len(content), "bounds": {"pixels": 10_000}}

    def ask() -> None:
        with os.fdopen(ours[1], "wb") as stream:
            for _ in range(2):
                stream.write(json.dumps(request).encode() + b"\n" + content)

    with os.fdopen(ours[0], "rb", buffering=0) as source, os.fdopen(theirs[1], "wb", buffering=0) as target:
        asking = Thread(target=ask)
        asking.start()
        answers = []
        with os.fdopen(theirs[0], "rb") as replies:
            for _ in range(2):
                assert child.serve(source, target)
                assert replies.readline() == b"go\n"
                answer = json.loads(replies.readline())
                answers.append((answer, replies.read(answer["size"])))
        asking.join()
        assert not child.serve(source, target), "nobody asks any more"
    assert answers[0] == answers[1]
    assert answers[0][0]["facts"]["height"] == 64


def test_a_request_that_breaks_off_ends_the_child(monkeypatch):
    monkeypatch.setattr(child, "_limit", lambda what, value: None)
    reading, writing = os.pipe()
    os.write(writing, b'{"do": "inspect", "size": 10, "bounds": {}}\nabc')
    os.close(writing)
    with (
        os.fdopen(reading, "rb", buffering=0) as source,
        Path(os.devnull).open("wb", buffering=0) as target,
        pytest.raises(SystemExit),
    ):
        child.serve(source, target)


@pytest.mark.parametrize("reader", [jpeg.read, png.read, gif.read, webp.read])
def test_every_beginning_of_a_picture_is_truncated_or_damaged(reader):
    content = {
        jpeg.read: encoded("JPEG", progressive=True),
        png.read: animation("PNG", 3),
        gif.read: animation("GIF", 3),
        webp.read: animation("WEBP", 3),
    }[reader]
    assert reader(content).stripped()
    for length in range(12, len(content), 7):
        with pytest.raises(BadImage):
            reader(content[:length])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xd8\xff\xd8\xff\xd9", "malformed"),
        (b"\xff\xd8\xff\xd9", "malformed"),
        (b"\xff\xd8\xff\xff", "truncated"),
        (b"\xff\xd8\x00\x00", "malformed"),
        (b"\xff\xd8\xff\xc0\x00\x04\x08\x00", "malformed"),
    ],
)
def test_a_damaged_jpeg(content: bytes, code: str):
    with pytest.raises(BadImage, match=code):
        jpeg.read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bombs.chunk(b"IHDR", b"short") + bombs.chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + bombs.chunk(b"IEND", b""),
    ],
)
def test_a_damaged_png(content: bytes):
    with pytest.raises(BadImage, match="malformed"):
        png.read(content)


def test_a_damaged_gif():
    for content in (b"GIF89a\x01\x00\x01\x00\x00\x00\x00\x3b", b"GIF89a\x01\x00\x01\x00\x00\x00\x00\x99\x00"):
        with pytest.raises(BadImage, match="malformed"):
            gif.read(content)


@pytest.mark.parametrize("kind", [b"VP8X", b"ICCP"])
def test_a_webp_without_a_size(kind: bytes):
    content = b"RIFF\x0c\0\0\0WEBP" + kind + b"\0\0\0\0"
    with pytest.raises(BadImage, match="malformed"):
        webp.read(content)


def test_lossless_webp_tells_its_size():
    outline = webp.read(encoded("WEBP", lossless=True))
    assert (outline.width, outline.height) == (64, 48)


def test_fill_bytes_before_a_marker_are_none_of_the_picture():
    content = encoded("JPEG")
    assert jpeg.read(content[:2] + b"\xff\xff" + content[2:]).width == 64


def test_an_archive_is_one_with_any_comment():
    made = bombs.archive()
    assert polyglots.is_archive(made)
    assert polyglots.is_archive(made[:-2] + b"\x05\x00hello")
    assert not polyglots.is_archive(made + b"something")
    assert not polyglots.is_archive(b"PK\x05\x06")


def test_the_picture_that_pillow_sees_is_bounded_as_well(monkeypatch):
    """Should a container ever be read in two ways, it is the larger size that counts."""
    outline = decoding.read_outline(encoded("PNG"), BOUNDS)
    monkeypatch.setattr(decoding, "read_outline", lambda data, bounds: outline)
    with pytest.raises(BadImage, match="too_many_pixels"):
        decoding.inspect(encoded("PNG"), Bounds(pixels=1000))
