"""Refresh tokens: one spelling each, nothing else accepted."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.platform.identity.engines import refresh_tokens
from tenon.platform.identity.errors import InvalidToken

SESSION = UUID("0195e7b2-0000-7000-8000-000000000001")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
counters = st.integers(min_value=0, max_value=2**48 - 1)


@given(session=st.uuids(), counter=counters)
def test_a_token_says_what_it_was_made_of(session: UUID, counter: int):
    token = refresh_tokens.encode(session_id=session, counter=counter)
    assert len(token) == 76
    read = refresh_tokens.decode(token)
    assert (read.session_id, read.counter) == (session, counter)


@given(session=st.uuids(), counter=counters)
def test_the_same_turn_gives_the_same_token(session: UUID, counter: int):
    first = refresh_tokens.encode(session_id=session, counter=counter)
    assert refresh_tokens.encode(session_id=session, counter=counter) == first


def test_every_change_of_one_character_is_refused():
    token = refresh_tokens.encode(session_id=SESSION, counter=7)
    for position in range(len(token)):
        for character in ("A", "B", "_", "=", "+", "é", " "):
            if character != token[position]:
                with pytest.raises(InvalidToken):
                    refresh_tokens.decode(token[:position] + character + token[position + 1 :])


def test_every_single_flipped_bit_is_refused():
    token = refresh_tokens.encode(session_id=SESSION, counter=7)
    for position in range(len(refresh_tokens.PREFIX), len(token)):
        value = ALPHABET.index(token[position])
        for bit in range(6):
            flipped = ALPHABET[value ^ (1 << bit)]
            with pytest.raises(InvalidToken):
                refresh_tokens.decode(token[:position] + flipped + token[position + 1 :])


@pytest.mark.parametrize("junk", ["", "tnr_", "tnr_" + "A" * 72, "tnr_" + "A" * 71, "tnr_" + "Ａ" * 72, "\ud800"])  # noqa: RUF001
def test_junk_is_refused(junk: str):
    with pytest.raises(InvalidToken):
        refresh_tokens.decode(junk)


@pytest.mark.parametrize("around", [" {}", "{}\n", "{}A", "A{}", "{}="])
def test_nothing_may_stand_around_a_token(around: str):
    with pytest.raises(InvalidToken):
        refresh_tokens.decode(around.format(refresh_tokens.encode(session_id=SESSION, counter=0)))


@given(st.text(max_size=120))
def test_any_text_is_refused(text: str):
    with pytest.raises(InvalidToken):
        refresh_tokens.decode(text)


def test_another_secret_makes_other_tokens(settings):
    token = refresh_tokens.encode(session_id=SESSION, counter=0)
    settings.JWT_SECRET = "another secret, as good as the first one was"
    assert refresh_tokens.encode(session_id=SESSION, counter=0) != token
    with pytest.raises(InvalidToken):
        refresh_tokens.decode(token)


def test_a_new_generation_of_signing_keys_leaves_sessions_alone(settings):
    token = refresh_tokens.encode(session_id=SESSION, counter=0)
    settings.JWT_KEY_GENERATION += 1
    assert refresh_tokens.decode(token).session_id == SESSION
