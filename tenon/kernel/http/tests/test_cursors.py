"""Cursors say exactly what was put in, and nothing once they were touched."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.kernel.http.cursors import Cursor, InvalidCursor, decode, encode

VALUES = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)


@given(st.lists(VALUES, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_what_goes_in_comes_out(values, backwards, inclusive):
    cursor = Cursor(tuple(values), backwards=backwards, inclusive=inclusive)

    assert decode(encode(cursor, bound_to="list"), bound_to="list") == cursor


def test_types_survive():
    values = (datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1), UUID(int=1), Decimal("1.50"), 1, "t2026", "")
    found = decode(encode(Cursor(values), bound_to=""), bound_to="").values
    assert [type(value) for value in found] == [type(value) for value in values]
    assert str(found[3]) == "1.50"


def test_every_touched_character_is_noticed():
    text = encode(Cursor((datetime(2026, 1, 1, tzinfo=UTC), UUID(int=7))), bound_to="list")
    alphabet = "ABCXYZabcxyz0189-_=!+/. "
    for position in range(len(text)):
        for character in alphabet:
            damaged = text[:position] + character + text[position + 1 :]
            if damaged != text:
                with pytest.raises(InvalidCursor):
                    decode(damaged, bound_to="list")
        for damaged in (text[:position] + text[position + 1 :], text[:position] + "A" + text[position:]):
            with pytest.raises(InvalidCursor):
                decode(damaged, bound_to="list")


@pytest.mark.parametrize("other", ["", "list ", "other"])
def test_it_is_bound(other):
    with pytest.raises(InvalidCursor):
        decode(encode(Cursor((1,)), bound_to="list"), bound_to=other)
