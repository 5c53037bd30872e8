"""What a shop has sold: by day, and of what most. Read from the books, so that a day that is over never changes.

A sale counts on the day of its confirmation, a refund on the day on which the money went back, and what a cancelled
order had earned is taken off on the day of the cancellation. Days are those of the organization's time zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from tenon.domains.orders.models import LedgerEntry
from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.local_days import local_day, span
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import selectors as organizations

MOST_DAYS = 366
USUAL_DAYS = 30
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)
_DAY = timedelta(days=1)
Account, Kind = LedgerEntry.Account, LedgerEntry.Kind
_SHOWN = (Account.SALES, Account.DISCOUNTS, Account.SHIPPING, Account.TAX, Account.REFUNDS)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of an organization's time zone, both included, and a currency."""

    since: date
    until: date
    timezone: str
    currency: str

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first moment, up to and without the first one after it."""
        return span(self.since, self.until, self.zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def days(self) -> Iterator[date]:
        """Each day, in order."""
        day = self.since
        while day <= self.until:
            yield day
            day += _DAY


@dataclass(slots=True)
class Takings:
    """What was earned, in minor units. Without taxes: `gross`, `discounts` and `shipping`; `refunds` contain them.

    `orders` were confirmed, `cancelled_orders` called off after that; all else is what remains of both.
    """

    orders: int = 0
    cancelled_orders: int = 0
    units: int = 0
    gross: int = 0
    discounts: int = 0
    shipping: int = 0
    tax: int = 0
    refunds: int = 0

    @property
    def total(self) -> int:
        """What customers were charged."""
        return self.gross - self.discounts + self.shipping + self.tax

    @property
    def net(self) -> int:
        """What is left of that after refunds."""
        return self.total - self.refunds

    def add(self, row: dict[str, Any]) -> None:
        """Count what stands on one account: debits are positive there, credits negative."""
        amount = int(row["balance"])
        match row["account"]:
            case Account.SALES:
                self.gross -= amount
                self.units += int(row["pieces"])
                if row["kind"] == Kind.SALE:
                    self.orders += row["many"]
                else:
                    self.cancelled_orders += row["many"]
            case Account.DISCOUNTS:
                self.discounts += amount
            case Account.SHIPPING:
                self.shipping -= amount
            case Account.TAX:
                self.tax -= amount
            case Account.REFUNDS:
                self.refunds += amount


@dataclass(frozen=True, slots=True)
class Revenue:
    """The takings of each day of a period, of days without any too, and of all of them together."""

    period: Period
    days: dict[date, Takings]
    total: Takings = field(init=False)

    def __post_init__(self) -> None:
        summed = {each.name: sum(getattr(day, each.name) for day in self.days.values()) for each in fields(Takings)}
        object.__setattr__(self, "total", Takings(**summed))


@dataclass(frozen=True, slots=True)
class Sold:
    """How much was sold of a product, or of one of its variants. `revenue` has discounts taken off, and no taxes."""

    product_id: UUID
    variant_id: UUID | None
    name: str
    variant_name: str
    sku: str
    units: int
    revenue: int


def period(
    *,
    organization_id: UUID,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    currency: str = "",
) -> Period:
    """The days that are asked for: up to today, and thirty, unless said otherwise; in the organization's currency.

    Raises Invalid for days that end before they begin, are more than MOST_DAYS, or lie in another age. One query.
    """
    house = organizations.organization_facts(organization_id=organization_id)
    until = until or now.astimezone(ZoneInfo(house.timezone)).date()
    for parameter, day in (("since", since), ("until", until)):
        if day is not None and not _FIRST <= day <= _LAST:
            raise _wrong(parameter, "out_of_range", _("Days are between 2000 and 2199."))
    since = since or max(until - (USUAL_DAYS - 1) * _DAY, _FIRST)
    if until < since:
        raise _wrong("until", "ends_before_it_begins", _("This is before since."))
    if (until - since).days >= MOST_DAYS:
        raise _wrong("since", "too_long", _("A report is of %(days)s days at most.") % {"days": MOST_DAYS})
    return Period(since, until, house.timezone, currency or house.currency or settings.DEFAULT_CURRENCY)


def revenue(*, organization_id: UUID, period: Period) -> Revenue:
    """What was earned on each day. One query, which the index orders_ledger_report answers by itself."""
    within = period.span
    days = {day: Takings() for day in period.days()}
    with organization_scope(organization_id, read_only=True):
        rows = _booked(period, within).filter(account__in=_SHOWN).order_by()
        grouped = rows.values("account", "kind", day=local_day("booked_at", within, period.zone))
        for row in grouped.annotate(balance=Sum("amount"), pieces=Sum("units"), many=Count("*")):
            days[row["day"]].add(row)
    return Revenue(period, days)


def best_sellers(
    *, organization_id: UUID, period: Period, by_variant: bool, by_revenue: bool, limit: int
) -> list[Sold]:
    """What was sold most, the most first; what was cancelled is taken off. One query, from orders_ledger_report on."""
    line, order = "order__items__", ("-worth", "-pieces") if by_revenue else ("-pieces", "-worth")
    sign = Case(When(kind=Kind.CANCELLATION, then=Value(-1)), default=Value(1), output_field=IntegerField())
    sku = F(f"{line}product__sku")
    keys = {"product_id": F(f"{line}product")}
    shown = {"name": Max(f"{line}product__name"), "sku": Max(sku)}
    if by_variant:
        keys["variant_id"] = F(f"{line}variant")
        shown["sku"] = Max(Coalesce(F(f"{line}variant__sku"), sku))
        shown["variant_name"] = Max(f"{line}variant__name")
    with organization_scope(organization_id, read_only=True):
        rows = _booked(period, period.span).filter(account=Account.SALES).order_by().values(**keys)
        found = rows.annotate(
            **shown,
            # A quantity has no sign on MariaDB, and would lose the other factor's.
            pieces=Sum(Cast(F(f"{line}quantity"), BigIntegerField()) * sign),
            worth=Sum((F(f"{line}total_amount") - F(f"{line}tax_amount")) * sign),
        ).filter(Q(pieces__gt=0))
        return [_sold(row) for row in found.order_by(*order, *keys)[:limit]]


def _booked(period: Period, within: tuple[datetime, datetime]) -> QuerySet[LedgerEntry]:
    first, end = within
    return LedgerEntry.objects.filter(currency=period.currency, booked_at__gte=first, booked_at__lt=end)


def _sold(row: dict[str, Any]) -> Sold:
    return Sold(
        product_id=row["product_id"],
        variant_id=row.get("variant_id"),
        name=row["name"],
        variant_name=row.get("variant_name") or "",
        sku=row["sku"],
        units=int(row["pieces"]),
        revenue=int(row["worth"]),
    )


def _wrong(parameter: str, code: str, detail: Any) -> Invalid:
    return Invalid(errors=[FieldError("", code, detail, parameter=parameter)])
