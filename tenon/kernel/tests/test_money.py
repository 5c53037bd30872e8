"""Money: exact both ways, never mixed, never lost in a division."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.kernel.money import (
    CurrencyMismatch,
    InvalidAmount,
    Money,
    UnknownCurrency,
    exponent,
    largest_remainder,
    total,
)

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"])
AMOUNTS = st.integers(-(2**63) + 1, 2**63 - 1)


@pytest.mark.parametrize(("currency", "places"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("HUF", 2)])
def test_the_minor_unit_follows_the_currency(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("24.99", "USD", 2499),
        ("24.9", "USD", 2490),
        ("24", "USD", 2400),
        ("24.990", "USD", 2499),
        ("-0.01", "USD", -1),
        ("2499", "JPY", 2499),
        ("1.234", "KWD", 1234),
        ("007.50", "EUR", 750),
    ],
)
def test_decimal_strings_become_minor_units(text: str, currency: str, amount: int) -> None:
    assert Money.parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    "text", ["", "24.999", "1e3", "1,50", ".5", "5.", " 5", "+5", "\u0665", "NaN", "--1", "9" * 19, "1" * 40, "5\n"]
)
def test_what_is_not_exactly_an_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        Money.parse(text, "USD")


def test_a_currency_without_minor_unit_takes_no_fraction() -> None:
    with pytest.raises(InvalidAmount):
        Money.parse("10.5", "JPY")


@pytest.mark.parametrize("code", ["usd", "ZZZ", ""])
def test_unknown_currencies_are_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, code)


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_an_amount_is_a_whole_number(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "USD")  # type: ignore[arg-type]


def test_an_amount_fits_a_64_bit_column() -> None:
    with pytest.raises(InvalidAmount):
        Money(2**63 - 1, "USD") + Money(1, "USD")


@given(amount=AMOUNTS, currency=CURRENCIES)
def test_writing_and_parsing_are_inverse(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.parse(str(money), currency) == money
    assert Fraction(str(money)) * 10 ** exponent(currency) == amount


def test_the_decimal_string_has_all_places() -> None:
    texts = [str(Money(5, "USD")), str(Money(-5, "USD")), str(Money(0, "KWD")), str(Money(-7, "JPY"))]
    assert texts == ["0.05", "-0.05", "0.000", "-7"]


def test_arithmetic() -> None:
    five, two = Money(500, "USD"), Money(200, "USD")
    assert five + two == Money(700, "USD")
    assert five - two == Money(300, "USD")
    assert -five == Money(-500, "USD")
    assert 3 * two == two * 3 == Money(600, "USD")
    assert two < five
    assert five > two
    assert two <= two
    assert five >= two
    assert total([five, two], currency="USD") == Money(700, "USD")
    assert total([], currency="JPY") == Money(0, "JPY")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
def test_two_currencies_never_meet(operation: str) -> None:
    with pytest.raises(CurrencyMismatch):
        getattr(Money(1, "USD"), operation)(Money(1, "EUR"))


def test_a_sum_is_of_the_currency_that_was_asked_for() -> None:
    with pytest.raises(CurrencyMismatch):
        total([Money(1, "USD")], currency="EUR")


WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(amount=st.integers(-(10**12), 10**12), weights=WEIGHTS)
def test_shares_add_up_and_stay_within_one_unit_of_their_proportion(amount: int, weights: list[int]) -> None:
    shares = largest_remainder(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, sum(weights))) < 1
        assert weight or share == 0


@given(amount=st.integers(0, 10**6), weights=WEIGHTS)
def test_a_refund_is_divided_as_the_payment_was(amount: int, weights: list[int]) -> None:
    assert largest_remainder(-amount, weights) == [-share for share in largest_remainder(amount, weights)]


def test_units_left_over_go_to_the_largest_remainders_and_among_equals_to_the_first() -> None:
    assert largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert largest_remainder(10, [1, 2, 4]) == [1, 3, 6]
    assert Money(1000, "USD").allocate([1, 1, 1]) == [Money(334, "USD"), Money(333, "USD"), Money(333, "USD")]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1, -1]])
def test_weights_that_say_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        largest_remainder(10, weights)
