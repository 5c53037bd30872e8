"""Where the link of a magic code leads, and what a code looks like."""

import re

import pytest

from tenon.kernel import crypto
from tenon.platform.identity.engines import magic_codes, magic_links

FORMS = {
    "https://app.example.com": "https://app.example.com/magic-verify?token=abc",
    "https://app.example.com/": "https://app.example.com/magic-verify?token=abc",
    "http://localhost:5173": "http://localhost:5173/magic-verify?token=abc",
    "http://[::1]:5173": "http://[::1]:5173/magic-verify?token=abc",
    "https://app.example.com/magic-verify": "https://app.example.com/magic-verify?token=abc",
    "https://app.example.com/magic-verify/": "https://app.example.com/magic-verify/?token=abc",
    "https://app.example.com/en/magic-verify": "https://app.example.com/en/magic-verify?token=abc",
    "https://app.example.com/en": "https://app.example.com/en/magic-verify?token=abc",
    "https://app.example.com/magic-verify?lang=en&a=": "https://app.example.com/magic-verify?lang=en&a=&token=abc",
    "https://app.example.com?utm=mail": "https://app.example.com/magic-verify?utm=mail&token=abc",
    "https://app.example.com/magic-verify?token=old": "https://app.example.com/magic-verify?token=abc",
    "https://app.example.com/magic-verify#top": "https://app.example.com/magic-verify?token=abc#top",
    " HTTPS://app.example.com ": "https://app.example.com/magic-verify?token=abc",
}


@pytest.mark.parametrize(("url", "expected"), FORMS.items())
def test_the_forms_of_the_link(url, expected):
    assert magic_links.link(magic_links.verify_page(url), token="abc") == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "app.example.com",
        "/magic-verify",
        "//app.example.com",
        "ftp://app.example.com",
        "x-webdoc://page",
        "javascript:alert(1)",
        "http:///magic-verify",
        "https://",
        "https://:443",
        "http://[::1",
    ],
)
def test_what_leads_nowhere_is_a_fault_of_the_deployment(url):
    with pytest.raises(RuntimeError, match="MAGIC_LINK_VERIFY_URL"):
        magic_links.verify_page(url)


def test_codes_are_eight_digits_of_any_kind():
    codes = {magic_codes.new_code() for _ in range(2000)}
    assert all(re.fullmatch(r"[0-9]{8}", code) for code in codes)
    assert {code[0] for code in codes} == set("0123456789")
    assert len(codes) > 1990


@pytest.mark.parametrize("text", ["40718293", " 4071 8293\n", "4 0 7 1 8 2 9 3"])
def test_a_code_is_read_with_its_blanks(text):
    assert magic_codes.code_in(text) == "40718293"


@pytest.mark.parametrize("text", ["", "4071829", "407182930", "4071-8293", "٤٠٧١٨٢٩٣", "4071829x", "\ud800"])
def test_what_is_no_code(text):
    assert magic_codes.code_in(text) is None


def test_the_secret_of_a_link_is_read():
    secret = crypto.random_token()
    assert magic_codes.link_secret_in(f" {secret}\n") == secret
    assert [magic_codes.link_secret_in(text) for text in (secret[:-1], f"{secret}x", f"{secret[:-1]}é", "\ud800")] == [
        None
    ] * 4


def test_a_code_rests_under_a_key(settings):
    rests = magic_codes.code_hmac("40718293")
    assert len(rests) == 64
    assert rests != crypto.digest("40718293")
    settings.SECRET_KEY = "another key of the server, as long as it must be for that"
    assert magic_codes.code_hmac("40718293") != rests


def test_an_address_is_sealed_for_one_challenge():
    sealed = magic_codes.seal_email("ada@example.com", challenge_id="one")
    assert "ada@" not in sealed
    assert magic_codes.unseal_email(sealed, challenge_id="one") == "ada@example.com"
    with pytest.raises(crypto.Unsealable):
        magic_codes.unseal_email(sealed, challenge_id="two")
