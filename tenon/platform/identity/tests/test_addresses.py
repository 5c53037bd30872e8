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
        ("anna@ｅxample.com", "anna@example.com"),  # noqa: RUF001 - a full-width letter
        ("anna@example\u3002com", "anna@example.com"),  # an ideographic full stop
        ("anna@BÜCHER.example", "anna@xn--bcher-kva.example"),
        ("anna@bu\u0308cher.example", "anna@xn--bcher-kva.example"),
        ("anna@XN--Bcher-Kva.example", "anna@xn--bcher-kva.example"),
        ("anna@stra\u00dfe.example", "anna@xn--strae-oqa.example"),
        ("anna@Two--Hyphens.example", "anna@two--hyphens.example"),
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
        "anna\u00ad@example.com",
        "anna@exa\u00admple.com",
        "anna@exa\u200bmple.com",
        "anna@exa\ufe0fmple.com",
        "anna@exa\u034fmple.com",
        "anna@xn--.example",
        "anna@xn--exa-mple.example.\u00ad",
        "a" * 255 + "@example.com",
        "a@" + "\ufdfa" * 20 + ".example",  # folds to eighteen times its length
    ],
)
def test_what_is_no_address_is_refused_with_a_pointer(bad: str):
    with pytest.raises(InvalidEmail) as refusal:
        addresses.normalized(bad, pointer="/invitee")
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [("/invitee", "invalid_email")]


@pytest.mark.parametrize(
    "typed", ["\u212aim@example.com", "\u017fam@example.com", "\uff41nna@example.com", "josé@a.com"]
)
def test_letters_that_fold_onto_another_local_part_are_refused_with_the_reason(typed: str):
    with pytest.raises(InvalidEmail) as refusal:
        addresses.normalized(typed)
    assert "before the @" in str(refusal.value.errors[0].detail)


@given(st.builds("{}@{}.{}".format, st.from_regex(r"\A[a-zA-Z.+-]{1,9}\Z"), st.text(max_size=20), st.text(max_size=9)))
def test_what_is_accepted_is_ascii_and_a_fixed_point(typed: str):
    try:
        address = addresses.normalized(typed)
    except InvalidEmail:
        return
    assert address.isascii()
    assert addresses.normalized(address) == address


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
