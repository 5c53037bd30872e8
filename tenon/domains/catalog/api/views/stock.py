"""Stock: what there is, why, and goods that come in, come back, break or are counted anew."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors
from tenon.domains.catalog.api.counting import EXAMPLE as STATS
from tenon.domains.catalog.api.counting import CollectionStatsSerializer, counted
from tenon.domains.catalog.api.stock import (
    NewStockMovementSerializer,
    StockLevelSerializer,
    StockMovementSerializer,
)
from tenon.domains.catalog.errors import StockSetAside
from tenon.domains.catalog.models.stock import StockMovement
from tenon.domains.catalog.services import stock
from tenon.kernel import clock
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope

_PRODUCT_ID = "01939c90-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
_MADE = "2026-11-20T09:30:00.000Z"
_LEVEL = {
    "product_id": _PRODUCT_ID,
    "variant_id": None,
    "on_hand": 52,
    "allocated": 3,
    "available": 49,
    "min_stock_level": 5,
    "track_inventory": True,
    "allow_backorder": False,
    "updated_at": _MADE,
}
_NEW = {"product_id": _PRODUCT_ID, "kind": "purchase", "quantity_change": 40, "note": "From the potter"}
_MOVEMENT = {
    "id": "01939c91-2b3c-7d4e-9f50-6b7c8d9e0f1a",
    "variant_id": None,
    **_NEW,
    "reference_kind": "manual",
    "reference_id": None,
    "actor_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "created_at": _MADE,
}
_BY_TIME = {"created_at": "created_at"}
_FILTERS = {
    "variant": filters.identifier("variant_id"),
    "kind": filters.choice("kind", *StockMovement.Kind.values),
    "reference": filters.identifier("reference_id"),
    "created_at": filters.timestamp("created_at"),
}


class LevelsView(Endpoint):
    """What there is of a product."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}
    page = KeysetPage(sort_fields=_BY_TIME, default_sort="created_at")

    @extend_schema(responses={200: StockLevelSerializer(many=True)}, examples=shown(answers={200: _LEVEL}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List what there is of a product and of each of its variants."""
        with organization_scope(self.organization_id, read_only=True):
            rows = selectors.levels_of(product_id)
            return Response(self.page.paginate(request, rows, represent=_level))


class MovementsOfProductView(Endpoint):
    """Why there is as much of a product as there is."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.MANAGE_STOCK}
    page = KeysetPage(sort_fields=_BY_TIME, default_sort="-created_at", filters=_FILTERS)

    @extend_schema(responses={200: StockMovementSerializer(many=True)}, examples=shown(answers={200: _MOVEMENT}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List the movements of a product and its variants."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.movements_of(product_id)))


class MovementsView(Endpoint):
    """Movements of everything."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.MANAGE_STOCK, "POST": policies.MANAGE_STOCK}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (StockSetAside,)}
    page = KeysetPage(
        sort_fields=_BY_TIME,
        default_sort="-created_at",
        filters={"product": filters.identifier("product_id"), **_FILTERS},
    )

    @extend_schema(responses={200: StockMovementSerializer(many=True)}, examples=shown(answers={200: _MOVEMENT}))
    def get(self, request: Request) -> Response:
        """List the movements of everything."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.movements()))

    @extend_schema(
        request=NewStockMovementSerializer,
        responses={201: StockMovementSerializer},
        examples=shown(requests={"Goods that came in": _NEW}, answers={201: _MOVEMENT}),
    )
    def post(self, request: Request) -> Response:
        """Move stock by hand.

        Purchases and returns add, damage and sales take away, an adjustment does either. What is set aside for orders
        cannot be taken away.
        """
        asked = self.parse(NewStockMovementSerializer)
        change = asked.pop("quantity_change")
        made = stock.adjust(principal=self.principal, change=change, now=clock.now(), **asked)
        return Response(StockMovementSerializer(made).data, status=status.HTTP_201_CREATED)


class MovementStatsView(Endpoint):
    """How many movements there are."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.MANAGE_STOCK}

    @extend_schema(responses={200: CollectionStatsSerializer}, examples=shown(answers={200: STATS}))
    def get(self, request: Request) -> Response:
        """Count the movements."""
        with organization_scope(self.organization_id, read_only=True):
            return counted(selectors.movements())


def _level(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _LEVEL}
