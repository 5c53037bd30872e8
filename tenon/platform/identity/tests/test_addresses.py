"""Which addresses are accepted, and which of them are the same account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.platform.identity.engines import addresses
from tenon.platform.identity.errors import InvalidEmail


@pytest.mark.parametrize(
    ("typed", "same_as"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        ("  anna@example.com\n", "anna@example.com"),
        ("ａｎｎａ@example.com", "anna@example.com"),  # noqa: RUF001 - full-width letters
        ("anna@BÜCHER.example", "anna@bücher.example"),
        ("anna@stra\u00dfe.example", "anna@strasse.example"),
        ("anna@bu\u0308cher.example", "anna@b\u00fccher.example"),
    ],
)
def test_spellings_that_are_one_account(typed: str, same_as: str):
    assert addresses.normalized(typed) == same_as


@pytest.mark.parametrize("other", ["ana@example.com", "anna+tag@example.com", "an.na@example.com", "anna@example.org"])
def test_addresses_that_are_two_accounts(other: str):
    assert addresses.normalized(other) != addresses.normalized("anna@example.com")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "anna@example",
        "anna@@example.com",
        "anna@exam ple.com",
        "anna\0@example.com",
        "anna@example.com\r\nBcc: all@example.com",
        '"an na"@example.com',
        '"\x07"@example.com',
        "anna@\ud800example.com",
        "a" * 255 + "@example.com",
        "a@" + "\ufdfa" * 20 + ".example",  # folds to eighteen times its length
    ],
)
def test_what_is_no_address_is_refused_with_a_pointer(bad: str):
    with pytest.raises(InvalidEmail) as refusal:
        addresses.normalized(bad, pointer="/invitee")
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [("/invitee", "invalid_email")]


@given(st.text(max_size=300))
def test_any_text_is_either_refused_or_folds_to_a_fixed_point(text: str):
    try:
        address = addresses.normalized(text)
    except InvalidEmail:
        return
    assert addresses.normalized(address) == address
    assert len(address) <= addresses.MAX_LENGTH


@given(st.from_regex(r"\A[a-zA-Z0-9]{1,20}@[a-zA-Z0-9]{1,20}\.com\Z"))
def test_case_never_makes_another_account(address: str):
    assert addresses.normalized(address.upper()) == addresses.normalized(address.lower())
