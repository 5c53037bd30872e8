"""Which taxes apply where, and how much they are. Rates are millionths: 107 500 is 10.75 %."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tenon.domains.orders.engines.rounding import MILLION, proportion
from tenon.kernel.money import largest_remainder

STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax of this name on goods of a class. No country: anywhere; no region: in all of the country."""

    name: str
    millionths: int
    country: str = ""
    region: str = ""
    tax_class: str = STANDARD
    applies_to_shipping: bool = True

    @property
    def precision(self) -> int:
        return bool(self.country) + bool(self.region)


Rates = Mapping[str, Sequence[Rate]]
"""By tax class, the rates that apply at one place."""


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax of a cart: `amount` on a `base` without tax, both in minor units."""

    name: str
    millionths: int
    base: int
    amount: int


def applicable(rates: Iterable[Rate], *, country: str, region: str = "") -> dict[str, tuple[Rate, ...]]:
    """The rates at a place. Of one name the most precise applies; different names add up.

    So a federal and a provincial tax are two names, and a region that is exempt has the country's name and 0. People
    write regions: how large their letters are, and how many blanks are between them, changes no tax.
    """
    place = _alike(region)
    chosen: dict[tuple[str, str], Rate] = {}
    for rate in rates:
        if rate.country not in ("", country) or _alike(rate.region) not in ("", place):
            continue
        key = rate.tax_class, rate.name
        if key not in chosen or chosen[key].precision < rate.precision:
            chosen[key] = rate
    by_class: dict[str, list[Rate]] = {}
    for (tax_class, _), rate in sorted(chosen.items()):
        by_class.setdefault(tax_class, []).append(rate)
    return {tax_class: tuple(found) for tax_class, found in by_class.items()}


def _alike(region: str) -> str:
    return " ".join(region.split()).casefold()


def of_class(rates: Rates, tax_class: str) -> Sequence[Rate]:
    """The rates of a class; those of the standard one where a place says nothing of it, as most goods are that."""
    return rates.get(tax_class, rates.get(STANDARD, ()))


def taxed(amounts: Sequence[int], rates: Sequence[Rate], *, inclusive: bool) -> tuple[list[Tax], list[int]]:
    """The taxes on amounts of one class, and each amount's share of them.

    A tax is rounded once, on the sum, and divided by largest remainder: the shares add up to it exactly. With
    `inclusive` the amounts contain it already, and the base is what is left.
    """
    gross = sum(amounts)
    together = sum(rate.millionths for rate in rates)
    if inclusive:
        contained = proportion(gross, together, MILLION + together)
        each = largest_remainder(contained, [rate.millionths for rate in rates]) if together else [0] * len(rates)
        base = gross - contained
    else:
        each = [proportion(gross, rate.millionths, MILLION) for rate in rates]
        base = gross
    whole = sum(each)
    shares = largest_remainder(whole, amounts) if gross else [0] * len(amounts)
    taxes = [Tax(rate.name, rate.millionths, base, amount) for rate, amount in zip(rates, each, strict=True)]
    return taxes, shares
