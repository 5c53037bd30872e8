"""Money as whole minor units of a currency (ISO 4217): never a float, never two currencies in one sum."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from moneyed import CurrencyDoesNotExist, get_currency

from tenon.kernel.errors import Invalid, Unprocessable

_DECIMAL = re.compile(r"(-?)([0-9]{1,19})(?:\.([0-9]{1,19}))?")
# What a 64-bit column holds.
_LARGEST = 2**63 - 1


class InvalidAmount(Invalid):
    """Not a decimal number, finer than the currency's minor unit, or too large."""

    code = "invalid_amount"
    message = _("This is not an amount of money in that currency.")


class UnknownCurrency(Invalid):
    """Not a currency code of ISO 4217."""

    code = "unknown_currency"
    message = _("This currency is not known.")


class CurrencyMismatch(Unprocessable):
    """Two currencies in one sum or comparison."""

    code = "currency_mismatch"
    message = _("Amounts of different currencies cannot be put together.")


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimal places the minor unit has: 2 for USD, 0 for JPY, 3 for KWD. Raises UnknownCurrency."""
    try:
        return len(str(get_currency(currency).sub_unit)) - 1
    except CurrencyDoesNotExist:
        raise UnknownCurrency from None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (2499 is USD 24.99). Raises UnknownCurrency, TypeError and InvalidAmount when made."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("An amount of money is a whole number of minor units.")
        if abs(self.amount) > _LARGEST:
            raise InvalidAmount
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """From a decimal string (`24.99`). Raises InvalidAmount where that is not exactly a number of minor units."""
        places = exponent(currency)
        match = _DECIMAL.fullmatch(text)
        if match is None:
            raise InvalidAmount
        sign, whole, fraction = match.groups(default="")
        fraction = fraction.rstrip("0")
        if len(fraction) > places:
            raise InvalidAmount
        return cls(int(f"{sign}{whole}{fraction.ljust(places, '0')}"), currency)

    def __str__(self) -> str:
        """The decimal string, with all places of the currency: what the API writes and `parse` reads."""
        places = exponent(self.currency)
        digits = str(abs(self.amount)).rjust(places + 1, "0")
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same_currency(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same_currency(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same_currency(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same_currency(other)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Divide by weights without losing a minor unit; see `largest_remainder`."""
        return [Money(share, self.currency) for share in largest_remainder(self.amount, weights)]

    def _same_currency(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch
        return other.amount


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum, zero of `currency` for none. Raises CurrencyMismatch."""
    return sum(amounts, start=Money(0, currency))


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole shares of `amount` in proportion to `weights` (not negative, not all zero), summing to it exactly.

    Every share is its proportion rounded down or up; the units left over go to the largest remainders, among equals to
    the first (the Hamilton method). A negative amount is divided as its positive one is. Raises ValueError for bad
    weights.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("Weights are not negative, and not all of them zero.")
    sign = -1 if amount < 0 else 1
    shares = [abs(amount) * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(abs(amount) * weights[index] % whole))
    for index in by_remainder[: abs(amount) - sum(shares)]:
        shares[index] += 1
    return [sign * share for share in shares]
