"""Amounts at Stripe: the same money, sometimes counted otherwise."""

import pytest

from tenon.domains.orders.engines.stripe_amounts import Inexpressible, from_stripe, to_stripe
from tenon.kernel.money import Money


@pytest.mark.parametrize(
    ("amount", "currency", "number"),
    [
        (3412, "USD", 3412),
        (3412, "JPY", 3412),
        (1230, "KWD", 1230),
        (500, "ISK", 50000),
        (500, "UGX", 50000),
        (500, "MGA", 5),
        (3412, "TWD", 3412),
    ],
)
def test_there_and_back(amount: int, currency: str, number: int):
    assert to_stripe(Money(amount, currency)) == number
    assert from_stripe(number, currency.lower()) == Money(amount, currency)


@pytest.mark.parametrize(("amount", "currency"), [(1231, "KWD"), (505, "MGA")])
def test_what_stripe_cannot_charge_is_not_rounded(amount: int, currency: str):
    with pytest.raises(Inexpressible):
        to_stripe(Money(amount, currency))


def test_a_fraction_that_comes_back_is_not_rounded_either():
    with pytest.raises(Inexpressible):
        from_stripe(50050, "isk")
