"""Reports as JSON and as rows of a table."""

from collections.abc import Iterator
from typing import Any

from tenon.domains.orders.selectors.reports import Period, Revenue, Sold, Takings
from tenon.kernel.http import amounts
from tenon.kernel.money import Money
from tenon.kernel.spreadsheets import Figure

_COUNTS = ("orders", "cancelled_orders", "units")
_AMOUNTS = ("gross", "discounts", "shipping", "tax", "total", "refunds", "net")
REVENUE_COLUMNS = ("date", "currency", *_COUNTS, *_AMOUNTS)
SELLER_COLUMNS = ("product_id", "variant_id", "name", "variant_name", "sku", "units", "revenue", "currency")


def revenue(found: Revenue) -> dict[str, Any]:
    """A report of revenue."""
    currency = found.period.currency
    days = [{"date": day, **_takings(takings, currency)} for day, takings in found.days.items()]
    return {**_period(found.period), "totals": _takings(found.total, currency), "data": days}


def revenue_rows(found: Revenue) -> Iterator[list[Any]]:
    """Its days."""
    currency = found.period.currency
    for day, takings in found.days.items():
        counts = [getattr(takings, name) for name in _COUNTS]
        yield [day, currency, *counts, *(_figure(getattr(takings, name), currency) for name in _AMOUNTS)]


def sellers(period: Period, found: list[Sold]) -> dict[str, Any]:
    """A report of best sellers."""
    rows = [
        {
            "product_id": each.product_id,
            "variant_id": each.variant_id,
            "name": each.name,
            "variant_name": each.variant_name,
            "sku": each.sku,
            "units": each.units,
            **amounts.shown("revenue", each.revenue, period.currency),
        }
        for each in found
    ]
    return {**_period(period), "data": rows}


def seller_rows(period: Period, found: list[Sold]) -> Iterator[list[Any]]:
    """Its rows."""
    for each in found:
        named = [each.product_id, each.variant_id, each.name, each.variant_name, each.sku]
        yield [*named, each.units, _figure(each.revenue, period.currency), period.currency]


def file_name(report: str, period: Period) -> str:
    """What the table is called."""
    return f"{report}-{period.since}-{period.until}"


def _period(period: Period) -> dict[str, Any]:
    return {"since": period.since, "until": period.until, "timezone": period.timezone, "currency": period.currency}


def _takings(takings: Takings, currency: str) -> dict[str, Any]:
    shown: dict[str, Any] = {name: getattr(takings, name) for name in _COUNTS}
    for name in _AMOUNTS:
        shown |= amounts.shown(name, getattr(takings, name), currency)
    return shown


def _figure(amount: int, currency: str) -> Figure:
    return Figure(Money(amount, currency))
