"""What a cart costs, line by line: whole minor units of one currency, whose lines add up to the totals exactly.

Discounts come off before tax; a tax is computed once for all goods of a class and divided among the lines by largest
remainder, so that no unit is lost or made up by rounding each line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenon.domains.orders.engines import coupons, shipping, taxes
from tenon.domains.orders.engines.coupons import Terms
from tenon.domains.orders.engines.shipping import Method
from tenon.domains.orders.engines.taxes import STANDARD, Rate, Rates, Tax
from tenon.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one thing. Prices in minor units, weights in grams, both of one piece."""

    product_id: UUID
    unit_price: int
    quantity: int
    variant_id: UUID | None = None
    tax_class: str = STANDARD
    weight_grams: int = 0
    requires_shipping: bool = True
    category_ids: frozenset[UUID] = frozenset()

    @property
    def subtotal(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what is taken off and put on; `total` is what it adds to the cart's total."""

    line: Line
    subtotal: int
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A cart's price. With `tax_inclusive` the tax is contained in the other amounts, else it comes on top of them.

    `tax` is that of the lines and of shipping, `shipping_tax`; `taxes` has it by name and rate.
    """

    currency: str
    tax_inclusive: bool
    lines: tuple[PricedLine, ...]
    subtotal: int
    discount: int
    shipping: int
    shipping_tax: int
    tax: int
    total: int
    taxes: tuple[Tax, ...]


def price(
    lines: Sequence[Line],
    *,
    coupon: Terms | None = None,
    method: Method | None = None,
    rates: Rates | None = None,
    tax_inclusive: bool = False,
    currency: str,
) -> Totals:
    """The totals of these lines. A coupon that is refused takes nothing off: ask `coupons.refusal` to tell why.

    Nothing is sent, and nothing paid for sending, where no line requires it. Raises UnknownCurrency, and InvalidAmount
    for a sum that no column holds.
    """
    off = coupons.discounts(coupon, lines) if coupon else [0] * len(lines)
    goods = [line.subtotal - less for line, less in zip(lines, off, strict=True)]
    sending = _sending(lines, method, sum(goods))
    found, shares = _taxes(
        [*goods, sending],
        [*(taxes.of_class(rates or {}, line.tax_class) for line in lines), _on_sending(method, rates or {})],
        inclusive=tax_inclusive,
    )
    *by_line, of_sending = shares
    on_top = 0 if tax_inclusive else 1
    priced = tuple(
        PricedLine(line, line.subtotal, less, tax, amount + on_top * tax)
        for line, less, amount, tax in zip(lines, off, goods, by_line, strict=True)
    )
    whole = sum(each.total for each in priced) + sending + on_top * of_sending
    subtotal = sum(line.subtotal for line in lines)
    for amount in (subtotal, whole):
        Money(amount, currency)  # refuses what no column holds
    return Totals(
        currency=currency,
        tax_inclusive=tax_inclusive,
        lines=priced,
        subtotal=subtotal,
        discount=sum(off),
        shipping=sending,
        shipping_tax=of_sending,
        tax=sum(shares),
        total=whole,
        taxes=tuple(found),
    )


def weight(lines: Sequence[Line]) -> int:
    """Grams of what is sent."""
    return sum(line.weight_grams * line.quantity for line in lines if line.requires_shipping)


def _sending(lines: Sequence[Line], method: Method | None, goods: int) -> int:
    if method is None or not any(line.requires_shipping for line in lines):
        return 0
    return shipping.cost(method, goods=goods, grams=weight(lines))


def _on_sending(method: Method | None, rates: Rates) -> Sequence[Rate]:
    found = taxes.of_class(rates, method.tax_class) if method is not None else ()
    return [rate for rate in found if rate.applies_to_shipping]


def _taxes(amounts: Sequence[int], rates: Sequence[Sequence[Rate]], *, inclusive: bool) -> tuple[list[Tax], list[int]]:
    """The taxes on amounts with their rates, and each amount's share; what has the same rates is taxed together."""
    shares = [0] * len(amounts)
    alike: dict[tuple[Rate, ...], list[int]] = {}
    for index, each in enumerate(rates):
        alike.setdefault(tuple(each), []).append(index)
    found: list[Tax] = []
    for each, members in alike.items():
        taxed, divided = taxes.taxed([amounts[index] for index in members], each, inclusive=inclusive)
        found += [tax for tax in taxed if tax.base]
        for index, share in zip(members, divided, strict=True):
            shares[index] = share
    return found, shares
