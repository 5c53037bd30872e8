"""Names, purposes and signatures, on their own."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest

from tenon.platform.files.engines import names, purposes, signatures, types
from tenon.platform.identity.tests.factories import NOW


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("harbour.jpg", "harbour.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\letter.pdf", "letter.pdf"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("  two   words .txt", "two words .txt"),
        ("", "file"),
        ("...", "file"),
        ("nul\0byte.txt", "nulbyte.txt"),
        ('quo"te.txt', "quo_te.txt"),
        ("\ud800lone.txt", "lone.txt"),
        ("größe.txt", "größe.txt"),
    ],
)
def test_a_name_is_a_name(sent, kept):
    assert names.clean(sent) == kept


def test_a_long_name_keeps_its_extension():
    kept = names.clean("n" * 400 + ".jpeg")
    assert len(kept) == names.MAX_LENGTH
    assert kept.endswith(".jpeg")
    assert len(names.clean("n" * 400)) == names.MAX_LENGTH
    assert names.fitting("n" * 150, "image/png").endswith(".png")
    assert names.fitting("PHOTO.JPEG", "image/jpeg") == "PHOTO.JPEG"
    assert names.fitting("program.exe", "image/jpeg") == "program.exe.jpg"
    assert names.fitting("a", "x/unknown") == "a"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plain.txt", 'attachment; filename="plain.txt"'),
        ("größe 1.txt", "attachment; filename=\"groe 1.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.txt"),
        ("写真.png", "attachment; filename=\".png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png"),
        ("写真", "attachment; filename=\"file\"; filename*=UTF-8''%E5%86%99%E7%9C%9F"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
    ],
)
def test_a_name_in_a_header(name, header):
    assert names.disposition(name, inline=False) == header
    assert header.isascii()


@pytest.mark.parametrize(
    "wrong",
    [{"name": "attachment"}, {"name": "Not A Word"}, {"content_types": ["image/svg+xml"]}, {"content_types": []}],
)
def test_purposes_are_declared_once_and_with_sense(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match=r"purpose|declared|content types"):
        purposes.declare(**{"name": "new", "label": "New", "content_types": ["image/png"], **wrong})
    assert "attachment" in purposes.names()
    assert purposes.find("none") is None


def test_a_purpose_has_a_limit_of_its_own(settings):
    small = purposes.Purpose("small", "Small", frozenset({"image/png"}), max_bytes=10)
    assert small.limit == 10
    settings.MAX_FILE_BYTES = 5
    assert small.limit == 5


def test_a_signature_is_for_one_use_one_file_and_one_hour():
    signed = signatures.Signed(uuid4(), uuid4(), "12")
    word = signatures.sign("upload", signed, until=NOW + timedelta(hours=1))
    assert signatures.read("upload", word, now=NOW) == signed
    assert signatures.read("download", word, now=NOW) is None
    assert signatures.read("upload", word, now=NOW + timedelta(hours=1, seconds=1)) is None
    for at in range(len(word)):
        bent = word[:at] + ("a" if word[at] != "a" else "b") + word[at + 1 :]
        assert signatures.read("upload", bent, now=NOW) is None


@pytest.mark.parametrize("head", [b"", b"\x00\x01\x02", b"MZ" + b"\0" * 100, b"PK\x03\x04"])
def test_a_guess_is_a_media_type(head):
    assert "/" in types.guess(head)
    assert types.guess(head) not in types.KNOWN


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.4\nno end", "truncated"), (b"%PDF-1.4\n%%EOF\nmore", "trailing_data")],
)
def test_a_damaged_pdf(content, reason):
    with pytest.raises(types.BadContent, match=reason):
        types.of(BytesIO(content), announced="", name="a.pdf")


def test_an_archive_may_hide_in_a_pdf_without_following_it():
    hidden = b"%PDF-1.4\nPK\x05\x06" + b"\0" * 16 + b"\x06\x00\n%%EOF"[:2] + b"\n%%EOF"
    assert hidden.endswith(b"%%EOF")
    with pytest.raises(types.BadContent, match="two_things"):
        types.of(BytesIO(hidden), announced="", name="a.pdf")


@pytest.mark.parametrize(
    "content", [b"#!/bin/sh\n", b"{\\rtf1 }", b"%!PS\n", b" <b>", b"a\x00b", b"caf\xe9", b"caf\xc3", b"\xff\xfe<\0s\0"]
)
def test_what_is_no_plain_text(content):
    assert types.of(BytesIO(content), announced="text/csv", name="a.csv") not in types.KNOWN
