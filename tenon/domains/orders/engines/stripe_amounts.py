"""Amounts as Stripe's API counts them, which is not always by the minor unit of ISO 4217.

Source: docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies" and "Special cases".
"""

from tenon.kernel.money import Money

# Minor units of ours to one of Stripe's: a number to multiply with, and one to divide by.
_TO_STRIPE = {
    "ISK": (100, 1),  # without decimals, and yet written with two
    "UGX": (100, 1),
    "MGA": (1, 100),  # ISO counts fifths as two places; Stripe has none
}
_STEPS = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10}  # three decimals, of which the last is zero


class Inexpressible(ValueError):
    """Stripe has no way to write this amount."""


def to_stripe(amount: Money) -> int:
    """The number for Stripe's `amount`. Raises Inexpressible."""
    times, divided_by = _TO_STRIPE.get(amount.currency, (1, 1))
    number, rest = divmod(amount.amount * times, divided_by)
    if rest or number % _STEPS.get(amount.currency, 1):
        raise Inexpressible(f"Stripe cannot charge {amount} {amount.currency}.")
    return number


def from_stripe(number: int, currency: str) -> Money:
    """What Stripe's `amount` and `currency` mean. Raises Inexpressible for a fraction, and UnknownCurrency."""
    currency = currency.upper()
    times, divided_by = _TO_STRIPE.get(currency, (1, 1))
    amount, rest = divmod(number * divided_by, times)
    if rest:
        raise Inexpressible(f"{number} is no whole amount of {currency}.")
    return Money(amount, currency)
