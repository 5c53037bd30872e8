"""Which products are left when a shopper narrows what was found, by the facets that the answer names."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet
from moneyed import CURRENCIES

from tenon.domains.catalog.models import Category, Product, ProductFacet
from tenon.kernel.money import exponent

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`category`: a slug, with all below it. Prices are in whole units of each product's own currency.

    `facets` are (name, values): any of the values, of every name. Tags have the name "".
    """

    category: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()


def narrowed(narrowing: Narrowing, *, hidden: bool) -> QuerySet[Product]:
    """The products that are left, in the open organization scope; those that are not active only with `hidden`."""
    rows = Product.objects.all() if hidden else Product.objects.filter(is_active=True)
    if narrowing.category:
        path = Category.objects.filter(slug=narrowing.category).values_list("path", flat=True).first()
        # No path is empty: where there is no such category, nothing is left.
        rows = rows.filter(category__path__startswith=path) if path else rows.filter(category__path="")
    if narrowing.least is not None:
        rows = rows.filter(_price("gte", narrowing.least))
    if narrowing.most is not None:
        rows = rows.filter(_price("lte", narrowing.most))
    for name, values in narrowing.facets:
        rows = rows.filter(Exists(ProductFacet.objects.filter(product_id=OuterRef("pk"), name=name, value__in=values)))
    return rows


def _price(comparison: str, bound: Decimal) -> Q:
    """In minor units, of which each currency has its own number."""
    condition = Q()
    for places, codes in _unusual().items():
        condition |= Q(currency__in=codes) & _compared(comparison, bound, places)
    usual = ~Q(currency__in=[code for codes in _unusual().values() for code in codes])
    return condition | (usual & _compared(comparison, bound, 2))


def _compared(comparison: str, bound: Decimal, places: int) -> Q:
    amount = bound.scaleb(places)
    # Rounded away from the amounts that do not match: 9.999 and more begins at 1000 cents.
    whole = -int(-amount // 1) if comparison == "gte" else int(amount // 1)
    return Q(**{f"price_amount__{comparison}": max(-_LARGEST, min(whole, _LARGEST))})


@cache
def _unusual() -> dict[int, tuple[str, ...]]:
    """The currencies that have no hundred minor units, by decimal places."""
    found: dict[int, tuple[str, ...]] = {}
    for code in sorted(CURRENCIES):
        if (places := exponent(code)) != 2:
            found[places] = (*found.get(places, ()), code)
    return found
