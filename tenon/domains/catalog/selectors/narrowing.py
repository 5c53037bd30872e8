"""What products can be narrowed by, for the list and for the search: conditions, in the open organization scope."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from moneyed import CURRENCIES

from tenon.domains.catalog.models import Category, Product, ProductFacet
from tenon.kernel.money import exponent

_LARGEST = 2**63 - 1


def narrowed(conditions: Iterable[Q], *, hidden: bool) -> QuerySet[Product]:
    """The products that are left; those that are not active only with `hidden`."""
    rows = Product.objects.filter(*conditions)
    return rows if hidden else rows.filter(is_active=True)


def within(slug: str) -> Q:
    """Products of the category of this slug and of all below it."""
    path = Category.objects.filter(slug=slug).values("path")[:1]
    return Q(category__in=Category.objects.alias(branch=Subquery(path)).filter(path__startswith=F("branch")))


def with_facet(name: str, values: list[str]) -> Q:
    """Products that have one of these values of an attribute; of the tags, where `name` is empty."""
    return Q(Exists(ProductFacet.objects.filter(product=OuterRef("pk"), name=name, value__in=values)))


def with_attributes(pairs: Iterable[tuple[str, str]]) -> Q:
    """Products that have, of one attribute any of the values, of several attributes all."""
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, []).append(value)
    found = Q()
    for name, values in by_name.items():
        found &= with_facet(name, values)
    return found


def priced(comparison: str, bound: Decimal) -> Q:
    """Products that cost at least (`gte`) or at most (`lte`) so many whole units of their own currencies."""
    condition = Q()
    for places, codes in _unusual().items():
        condition |= Q(currency__in=codes) & _compared(comparison, bound, places)
    usual = ~Q(currency__in=[code for codes in _unusual().values() for code in codes])
    return condition | (usual & _compared(comparison, bound, 2))


def minor_units(amount: Decimal, comparison: str, places: int) -> int:
    """What the column of prices is compared with, where the minor unit is the one of `places`.

    Rounded away from the prices that do not match: 9.999 and more begins at 1000 cents. What no price is equal to,
    since it is finer, below 0 or above what the column holds, is -1.
    """
    exact = amount.scaleb(places)
    whole = exact.to_integral_value(ROUND_CEILING if comparison == "gte" else ROUND_FLOOR)
    if comparison in {"gte", "lte"}:
        return max(min(int(whole), _LARGEST), -1)
    return int(whole) if whole == exact and 0 <= whole <= _LARGEST else -1


def _compared(comparison: str, bound: Decimal, places: int) -> Q:
    return Q((f"price_amount__{comparison}", minor_units(bound, comparison, places)))


@cache
def _unusual() -> dict[int, tuple[str, ...]]:
    """The currencies that have no hundred minor units, by decimal places."""
    found: dict[int, tuple[str, ...]] = {}
    for code in sorted(CURRENCIES):
        if (places := exponent(code)) != 2:
            found[places] = (*found.get(places, ()), code)
    return found
