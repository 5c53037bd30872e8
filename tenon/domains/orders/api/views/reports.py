"""Reports of what a shop has sold, for its staff."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders import policies
from tenon.domains.orders.api import report_bodies as bodies
from tenon.domains.orders.api import report_examples as examples
from tenon.domains.orders.api.report_serializers import (
    PeriodSerializer,
    RevenueSerializer,
    SellersQuerySerializer,
    SellersSerializer,
)
from tenon.domains.orders.selectors import reports
from tenon.domains.orders.selectors.reports import Period
from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.tables import TableEndpoint


class ReportEndpoint(TableEndpoint):
    """A report about a period."""

    audience = Audience.MEMBER
    tag = "Reports"
    permissions = {"GET": policies.READ}
    throttles = ("report",)

    def period(self, asked: dict[str, Any]) -> Period:
        """The days that the query asks for. Raises Invalid."""
        wanted = {name: asked[name] for name in ("since", "until", "currency") if name in asked}
        return reports.period(organization_id=self.organization_id, now=clock.now(), **wanted)


class RevenueView(ReportEndpoint):
    """Revenue by day.

    By the books: a sale counts on the day of its confirmation, a refund on the day on which it was made, and what a
    cancelled order had earned is taken off on the day of the cancellation. A day that is over stays as it is. A table
    with `Accept: text/csv` or `format=csv`.
    """

    @extend_schema(
        parameters=[PeriodSerializer],
        responses={(200, "application/json"): RevenueSerializer, (200, "text/csv"): str},
        examples=[
            *shown(answers={200: examples.REVENUE}),
            *shown(answers={200: examples.REVENUE_TABLE}, media_type="text/csv"),
        ],
    )
    def get(self, request: Request) -> Response | HttpResponse:
        asked = self.parse_query(PeriodSerializer)
        period = self.period(asked)
        found = reports.revenue(organization_id=self.organization_id, period=period)
        return self.answer(
            asked,
            bodies.revenue(found),
            name=bodies.file_name("revenue", period),
            columns=bodies.REVENUE_COLUMNS,
            rows=bodies.revenue_rows(found),
        )


class BestSellersView(ReportEndpoint):
    """Best sellers.

    What was sold most in a period, by units or by revenue, without what was cancelled. As a table with
    `Accept: text/csv` or `format=csv`.
    """

    @extend_schema(
        parameters=[SellersQuerySerializer],
        responses={(200, "application/json"): SellersSerializer, (200, "text/csv"): str},
        examples=[
            *shown(answers={200: examples.SELLERS}),
            *shown(answers={200: examples.SELLERS_TABLE}, media_type="text/csv"),
        ],
    )
    def get(self, request: Request) -> Response | HttpResponse:
        asked = self.parse_query(SellersQuerySerializer)
        period = self.period(asked)
        found = reports.best_sellers(
            organization_id=self.organization_id,
            period=period,
            by_variant=asked["group_by"] == "variant",
            by_revenue=asked["sort"] == "-revenue",
            limit=asked["limit"],
        )
        return self.answer(
            asked,
            bodies.sellers(period, found),
            name=bodies.file_name("best-sellers", period),
            columns=bodies.SELLER_COLUMNS,
            rows=bodies.seller_rows(period, found),
        )
