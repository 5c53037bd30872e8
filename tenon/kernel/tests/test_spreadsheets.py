"""Tables for spreadsheets: what people wrote is text there, and what we counted a number."""

import csv
from io import StringIO

import pytest

from tenon.kernel.spreadsheets import Figure, plain, safe, table


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_nobodys_text_becomes_a_formula(text: str):
    assert safe(text) == f"'{text}"
    assert plain(safe(text)) == text


@pytest.mark.parametrize("text", ["Mug", "", "1", "'quoted", "a=b"])
def test_other_text_is_left_alone(text: str):
    assert safe(text) == text
    assert plain(text) == text


def test_a_table_is_read_back():
    text = table(("name", "units", "net", "variant"), [('=cmd|" /C calc"!A0, "x"\n', -3, Figure("-5.99"), None)])
    assert text.endswith("\r\n")
    assert table(("offered",), [(True,), (False,)]) == "offered\r\ntrue\r\nfalse\r\n"
    assert list(csv.reader(StringIO(text, newline=""))) == [
        ["name", "units", "net", "variant"],
        ['\'=cmd|" /C calc"!A0, "x"\n', "-3", "-5.99", ""],
    ]
