"""What is ambiguous or cannot be stored is refused."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from tenon.kernel.http.parsers import MAX_DEPTH, loads
from tenon.kernel.http.tests.test_problems import problem

BAD = {
    "empty text": b" ",
    "broken": b'{"a": ',
    "trailing": b"{} {}",
    "comment": b"{} // no",
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a number beyond a double": b'{"a": 1e999}',
    "a number of 5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "latin-1": '{"a": "ü"}'.encode("latin-1"),
    "a surrogate in bytes": b'{"a": "\xed\xa0\x80"}',
    "a lone surrogate": rb'{"a": "\ud800"}',
    "a lone surrogate as a key": rb'{"\udfff": 1}',
    "a raw NUL": b'{"a": "\x00"}',
    "an escaped NUL": rb'{"a": ["b", {"c": "x\u0000"}]}',
    "a NUL in a key": rb'{"a\u0000": 1}',
    "a key twice": b'{"a": 1, "a": 2}',
    "a key twice, spelt differently": rb'{"a": 1, "\u0061": 2}',
    "a key twice, inside": b'[{"x": {"a": 1, "b": 2, "a": 3}}]',
    "too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "too deep, mixed": b'{"a":[' * (MAX_DEPTH // 2 + 1) + b"]}" * (MAX_DEPTH // 2 + 1),
    "10 000 deep": b"[" * 10_000 + b"]" * 10_000,
    "10 000 objects deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_bad_json_is_a_problem(client, body):
    problem(client.post("/echo/", body, content_type="application/json"), 400, "malformed")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
        rb'{"a": "\\u0000"}',
        b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}',
        b'[{"a": 1}, {"a": 2}]',
        b'{"a": {"a": 1}}',
        '{"a": "😀"}'.encode(),
        rb'{"a": "\ud83d\ude00"}',
        b"[]",
        b"null",
        b"17",
        b'""',
    ],
)
def test_good_json_is_what_it_says(body):
    assert loads(body) == json.loads(body)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), inner, max_size=4
            )
        ),
    )
)
def test_whatever_can_be_said_is_read(value):
    assert loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=60))
def test_whatever_bytes_come_nothing_else_is_raised(body):
    with contextlib.suppress(ParseError):
        loads(body)


def test_a_depth_of_choice():
    assert loads(b"[[1]]", max_depth=2) == [[1]]
    with pytest.raises(ParseError):
        loads(b"[[[1]]]", max_depth=2)


def test_the_size_of_a_body_is_bounded(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    exact = json.dumps("x" * 98).encode()
    assert client.post("/echo/", exact, content_type="application/json").status_code == 200
    problem(client.post("/echo/", exact + b" ", content_type="application/json"), 413, "body_too_large")


def test_a_view_may_have_a_bound_of_its_own(client):
    assert client.post("/small-echo/", b'"12345678"', content_type="application/json").status_code == 200
    problem(client.post("/small-echo/", b'"123456789"', content_type="application/json"), 413, "body_too_large")


@pytest.mark.parametrize(
    "media_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "nonsense",
        "",
    ],
)
def test_other_media_types_are_415(client, media_type):
    response = client.generic("POST", "/echo/", b"a=1", content_type=media_type)

    problem(response, 415, "unsupported_media_type")
    assert response["Accept"] == "application/json"


@pytest.mark.parametrize(("charset", "status"), [("utf-8", 200), ('"UTF-8"', 200), ("latin-1", 415), ("utf-16", 415)])
def test_json_is_utf8(client, charset, status):
    assert client.post("/echo/", b"{}", content_type=f"application/json; charset={charset}").status_code == status


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true", b"[[1]]"])
def test_the_top_level_must_be_what_the_view_expects(client, body):
    response = client.post("/orders/", body, content_type="application/json")

    assert problem(response, 400, "invalid")["errors"][0]["pointer"] == ""
