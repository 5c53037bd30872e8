"""What sending a parcel costs by each method, and which methods serve it. Amounts in minor units, weights in grams."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What a parcel of up to this weight costs."""

    up_to_grams: int
    amount: int


@dataclass(frozen=True, slots=True)
class Method:
    """A way of sending, flat or by steps of weight, to some countries (none: all) and not to others.

    `free_from` is what the goods must cost, discounts taken off, for it to cost nothing.
    """

    name: str
    amount: int
    free_from: int | None = None
    countries: frozenset[str] = frozenset()
    except_countries: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()
    tax_class: str = "standard"


def serves(method: Method, *, country: str, grams: int) -> bool:
    """Whether a parcel of this weight is sent there by it. No country yet: whatever may be sent somewhere."""
    if country and (country in method.except_countries or (method.countries and country not in method.countries)):
        return False
    return not method.steps or any(grams <= step.up_to_grams for step in method.steps)


def cost(method: Method, *, goods: int, grams: int) -> int:
    """What it costs for goods of that price and weight, which it serves."""
    if method.free_from is not None and goods >= method.free_from:
        return 0
    fitting = [step for step in method.steps if grams <= step.up_to_grams]
    return min(fitting, key=lambda step: step.up_to_grams).amount if fitting else method.amount


def offered(methods: Iterable[Method], *, country: str, grams: int) -> list[Method]:
    """The methods that serve a parcel, in the order given."""
    return [method for method in methods if serves(method, country=country, grams=grams)]
