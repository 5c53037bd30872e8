"""What a shop should order anew, for its staff."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies
from tenon.domains.catalog.selectors.low_stock import running_low
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.tables import FormatSerializer, TableEndpoint

_MOST = 1000
_COLUMNS = (
    "product_id",
    "variant_id",
    "name",
    "variant_name",
    "sku",
    "on_hand",
    "allocated",
    "available",
    "min_stock_level",
    "allow_backorder",
)
_ROW = {
    "product_id": "0199f6f0-4c1e-7a52-9d3c-000000000001",
    "variant_id": None,
    "name": "Celadon mug",
    "variant_name": "",
    "sku": "MUG-01",
    "on_hand": 4,
    "allocated": 1,
    "available": 3,
    "min_stock_level": 5,
    "allow_backorder": False,
}
_TABLE = f"{','.join(_COLUMNS)}\r\n{_ROW['product_id']},,Celadon mug,,MUG-01,4,1,3,5,false\r\n"


class LowStockQuerySerializer(FormatSerializer):
    """How many rows."""

    limit = serializers.IntegerField(min_value=1, max_value=_MOST, default=100)


class LowStockRowSerializer(serializers.Serializer[Any]):
    """A product, or a variant of one, of which no more is available than `min_stock_level`."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    variant_name = serializers.CharField(allow_blank=True)
    sku = serializers.CharField()
    on_hand = serializers.IntegerField()
    allocated = serializers.IntegerField(help_text=_("What is set aside for orders."))
    available = serializers.IntegerField(help_text=_("What is on hand and not set aside."))
    min_stock_level = serializers.IntegerField()
    allow_backorder = serializers.BooleanField()


class LowStockReportSerializer(serializers.Serializer[Any]):
    """What runs low, the least first. `has_more` says whether there is more than `limit` lets through."""

    data = LowStockRowSerializer(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class LowStockReportView(TableEndpoint):
    """Low stock.

    What is offered and has come down to its `min_stock_level`: products, and the variants of those that have any. The
    list `products/low_stock/` has the same as products. As a table with `Accept: text/csv` or `format=csv`.
    """

    audience = Audience.MEMBER
    tag = "Reports"
    permissions = {"GET": policies.READ}
    throttles = ("report",)

    @extend_schema(
        parameters=[LowStockQuerySerializer],
        responses={(200, "application/json"): LowStockReportSerializer, (200, "text/csv"): str},
        examples=[
            *shown(answers={200: {"data": [_ROW], "has_more": False}}),
            *shown(answers={200: _TABLE}, media_type="text/csv"),
        ],
    )
    def get(self, request: Request) -> Response | HttpResponse:
        asked = self.parse_query(LowStockQuerySerializer)
        found = running_low(organization_id=self.organization_id, limit=asked["limit"] + 1)
        rows = found[: asked["limit"]]
        return self.answer(
            asked,
            {"data": rows, "has_more": len(found) > len(rows)},
            name="low-stock",
            columns=_COLUMNS,
            rows=([row[name] for name in _COLUMNS] for row in rows),
        )
