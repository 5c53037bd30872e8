"""What was sold: by day of the organization's time zone, and of what most; the books and the reports say the same."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenon.domains.catalog.tests.factories import make_variant
from tenon.domains.orders.models import LedgerEntry, Order, OrderItem
from tenon.domains.orders.selectors import reports
from tenon.domains.orders.selectors.reports import Period, Sold, Takings
from tenon.domains.orders.services import ledger
from tenon.domains.orders.tests.factories import Shop, acting_as, make_order, make_organization, make_product, make_user
from tenon.kernel.errors import Invalid
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
BERLIN = Period(date(2026, 11, 18), date(2026, 11, 22), "Europe/Berlin", "USD")
TAXED: dict[str, Any] = {
    "subtotal_amount": 2000,
    "discount_amount": 200,
    "shipping_amount": 599,
    "shipping_tax_amount": 64,
    "tax_amount": 258,
}


@pytest.fixture
def shop() -> Shop:
    owner = make_user()
    organization = make_organization(owner, timezone="Europe/Berlin", currency="USD")
    return Shop(organization.id, acting_as(owner, organization.id))


def sell(shop: Shop, at: datetime = NOON, **fields: Any) -> Order:
    """An order whose sale was booked at that time."""
    order = make_order(shop.id, state="confirmed", **{"product_id": shop.product.id, **fields})
    tax = order.tax_amount - order.shipping_tax_amount
    goods = order.subtotal_amount - order.discount_amount
    with organization_scope(shop.id):
        OrderItem.objects.filter(order=order).update(
            discount_amount=order.discount_amount,
            tax_amount=tax,
            total_amount=goods if order.tax_inclusive else goods + tax,
        )
        ledger.book_sale(order, now=at)
    return order


def cancel(shop: Shop, order: Order, at: datetime) -> None:
    with organization_scope(shop.id):
        ledger.book_cancellation(order, now=at)
        Order.objects.filter(pk=order.pk).update(state="cancelled")


def refund(shop: Shop, order: Order, amount: int, at: datetime) -> None:
    with organization_scope(shop.id):
        order.refresh_from_db()
        ledger.book_refund(order, reference_id=new_id(), amount=amount, now=at)


def by_day(shop: Shop, period: Period = BERLIN) -> dict[int, Takings]:
    """The days on which something happened, by their number."""
    found = reports.revenue(organization_id=shop.id, period=period).days
    return {day.day: takings for day, takings in found.items() if takings != Takings()}


def best(shop: Shop, **options: Any) -> list[Sold]:
    wanted = {"period": BERLIN, "by_variant": True, "by_revenue": False, "limit": 10, **options}
    return reports.best_sellers(organization_id=shop.id, **wanted)


def test_a_day_is_the_organizations(shop: Shop):
    for at in ("2026-11-19T22:59:59+00:00", "2026-11-19T23:00:00+00:00", "2026-11-20T22:59:59+00:00"):
        sell(shop, datetime.fromisoformat(at))
    sell(shop, datetime.fromisoformat("2026-11-17T22:59:59+00:00"))
    sell(shop, datetime.fromisoformat("2026-11-22T23:00:00+00:00"))
    assert {day: takings.orders for day, takings in by_day(shop).items()} == {19: 1, 20: 2}


def test_the_day_of_the_clock_change_has_an_hour_more(shop: Shop):
    autumn = Period(date(2026, 10, 24), date(2026, 10, 26), "Europe/Berlin", "USD")
    first = datetime(2026, 10, 24, 22, tzinfo=UTC)
    for hour in range(25):
        sell(shop, first + timedelta(hours=hour))
    assert {day: takings.orders for day, takings in by_day(shop, autumn).items()} == {25: 25}


@pytest.mark.parametrize(
    ("tax_inclusive", "total", "gross", "shipping"), [(False, 2657, 2000, 599), (True, 2399, 1806, 535)]
)
def test_what_a_sale_earns(shop: Shop, *, tax_inclusive: bool, total: int, gross: int, shipping: int):
    sell(shop, quantity=2, price=1000, **TAXED, total_amount=total, tax_inclusive=tax_inclusive)
    day = by_day(shop)[20]
    assert (day.orders, day.units, day.gross, day.discounts) == (1, 2, gross, 200)
    assert (day.shipping, day.tax, day.total, day.net) == (shipping, 258, total, total)


def test_a_refund_counts_on_its_own_day(shop: Shop):
    order = sell(shop, quantity=2, price=1000)
    refund(shop, order, 500, NOON + timedelta(days=1))
    days = by_day(shop)
    assert (days[20].refunds, days[20].net) == (0, 2000)
    assert (days[21].refunds, days[21].net, days[21].orders, days[21].gross) == (500, -500, 0, 0)


def test_a_cancelled_order_is_taken_off_when_it_is_cancelled(shop: Shop):
    order = sell(shop, quantity=2, **TAXED, price=1000, total_amount=2657)
    before = by_day(shop)[20]
    refund(shop, order, 100, NOON)
    cancel(shop, order, NOON + timedelta(days=2))
    refund(shop, order, 2557, NOON + timedelta(days=2))
    days = by_day(shop)
    assert days[20].total == before.total
    assert (days[22].orders, days[22].cancelled_orders, days[22].units) == (0, 1, -2)
    whole = reports.revenue(organization_id=shop.id, period=BERLIN).total
    assert (whole.gross, whole.discounts, whole.shipping, whole.tax, whole.refunds, whole.net) == (0, 0, 0, 0, 0, 0)
    assert (whole.orders, whole.cancelled_orders, whole.units) == (1, 1, 0)


def test_every_day_is_there_and_other_shops_and_currencies_are_not(shop: Shop):
    sell(Shop())
    sell(shop, currency="EUR", price=700)
    found = reports.revenue(organization_id=shop.id, period=BERLIN)
    assert list(found.days) == [date(2026, 11, day) for day in range(18, 23)]
    assert found.total == Takings()
    euros = Period(BERLIN.since, BERLIN.until, BERLIN.timezone, "EUR")
    assert by_day(shop, euros)[20].gross == 700


def test_best_sellers_by_units_and_by_revenue(shop: Shop):
    lamp, shirt = shop.product, make_product(shop.id, name="Shirt", sku="SHIRT")
    sell(shop, quantity=3, price=100)
    sell(shop, quantity=1, price=5000, product_id=shirt.id)
    assert [(each.product_id, each.units, each.revenue) for each in best(shop)] == [
        (lamp.id, 3, 300),
        (shirt.id, 1, 5000),
    ]
    first = best(shop, by_revenue=True, limit=1)
    assert [(each.name, each.sku, each.variant_id) for each in first] == [("Shirt", "SHIRT", None)]


def test_variants_are_counted_each_or_with_their_product(shop: Shop):
    small, large = (make_variant(shop.product, name=name, sku=name) for name in ("S", "L"))
    for variant, quantity in ((small, 1), (large, 2)):
        order = make_order(shop.id, product_id=shop.product.id, state="confirmed", quantity=quantity)
        with organization_scope(shop.id):
            OrderItem.objects.filter(order=order).update(variant=variant)
            ledger.book_sale(order, now=NOON)
    assert [(each.variant_name, each.sku, each.units) for each in best(shop)] == [("L", "L", 2), ("S", "S", 1)]
    together = best(shop, by_variant=False)
    assert [(each.variant_id, each.sku, each.units) for each in together] == [(None, shop.product.sku, 3)]


def test_what_was_cancelled_is_no_seller(shop: Shop):
    order = sell(shop, quantity=3)
    cancel(shop, order, NOON + timedelta(days=1))
    assert best(shop) == []
    yesterday = Period(BERLIN.since, date(2026, 11, 20), BERLIN.timezone, "USD")
    assert [each.units for each in best(shop, period=yesterday)] == [3]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_reports_and_books_come_to_the_same(data: st.DataObject):
    """Whatever is sold, cancelled and given back on whichever day."""
    shop = Shop()
    days = st.integers(0, 4).map(lambda day: datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(days=day))
    for _ in range(data.draw(st.integers(1, 5))):
        inclusive, discount = data.draw(st.booleans()), data.draw(st.integers(0, 900))
        quantity, tax = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 300))
        total = quantity * 1000 - discount + 599 + (0 if inclusive else tax)
        order = sell(
            shop,
            at=data.draw(days),
            quantity=quantity,
            price=1000,
            discount_amount=discount,
            shipping_amount=599,
            tax_amount=tax,
            total_amount=total,
            tax_inclusive=inclusive,
        )
        if data.draw(st.booleans()):
            refund(shop, order, data.draw(st.integers(1, 500)), data.draw(days))
        if data.draw(st.booleans()):
            cancel(shop, order, data.draw(days))
    period = Period(BERLIN.since, BERLIN.until, "UTC", "USD")
    found = reports.revenue(organization_id=shop.id, period=period)
    with organization_scope(shop.id, read_only=True):
        entries = LedgerEntry.objects.exclude(account__in=["cash", "receivable"])
        assert found.total.net == -sum(entries.values_list("amount", flat=True))
        standing = Order.objects.filter(state="confirmed")
        assert found.total.orders - found.total.cancelled_orders == standing.count()
        assert found.total.total == sum(standing.values_list("total_amount", flat=True))
    sellers = best(shop, period=period)
    assert sum(each.units for each in sellers) == found.total.units
    assert sum(each.revenue for each in sellers) == found.total.gross - found.total.discounts


def test_a_period_is_thirty_days_up_to_today_unless_said_otherwise(shop: Shop):
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    found = reports.period(organization_id=shop.id, now=late)
    assert (found.since, found.until) == (date(2026, 10, 23), date(2026, 11, 21))
    assert (found.timezone, found.currency) == ("Europe/Berlin", "USD")
    assert len(list(found.days())) == 30


@pytest.mark.parametrize(
    ("since", "until", "parameter", "code"),
    [
        (date(2026, 11, 2), date(2026, 11, 1), "until", "ends_before_it_begins"),
        (date(2025, 11, 1), date(2026, 11, 2), "since", "too_long"),
        (date(1999, 12, 31), date(2000, 1, 1), "since", "out_of_range"),
        (date(2199, 12, 31), date(2200, 1, 1), "until", "out_of_range"),
        (date(1, 1, 1), None, "since", "out_of_range"),
        (None, date.max, "until", "out_of_range"),
        (None, date.min, "until", "out_of_range"),
    ],
)
def test_other_periods_are_refused(shop: Shop, since: date | None, until: date | None, parameter: str, code: str):
    with pytest.raises(Invalid) as refused:
        reports.period(organization_id=shop.id, now=NOON, since=since, until=until)
    assert [(fault.parameter, fault.code) for fault in refused.value.errors] == [(parameter, code)]


def test_a_year_is_not_too_long(shop: Shop):
    found = reports.period(organization_id=shop.id, now=NOON, since=date(2028, 1, 1), until=date(2028, 12, 31))
    assert len(list(found.days())) == reports.MOST_DAYS


def test_what_was_sold_before_units_were_counted_is_counted_once(shop: Shop):
    order = sell(shop, quantity=2)
    sell(shop, quantity=3)
    cancel(shop, order, NOON)
    with organization_scope(shop.id):
        LedgerEntry.objects.update(units=0)
    count = import_module("tenon.domains.orders.migrations.0006_units_of_sales").count
    for _ in range(2):
        count(apps, None)
        assert by_day(shop)[20].units == 3
    with organization_scope(shop.id):
        assert set(LedgerEntry.objects.exclude(account="sales").values_list("units", flat=True)) == {0}


def plan(sql: str) -> str:
    """How the database goes about a question, where the tables were large."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


def test_each_report_is_one_query_from_its_index(shop: Shop):
    for _ in range(3):
        sell(shop)
    with query_budget(1) as asked_for_revenue:
        reports.revenue(organization_id=shop.id, period=BERLIN)
    with query_budget(1) as asked_for_sellers:
        best(shop)
    with organization_scope(shop.id):
        of_revenue, of_sellers = plan(asked_for_revenue[0]), plan(asked_for_sellers[0])
    assert "orders_ledger_report" in of_revenue, of_revenue
    assert "orders_ledger_report" in of_sellers, of_sellers
    if connection.vendor == "sqlite":
        assert "COVERING INDEX orders_ledger_report" in of_revenue
