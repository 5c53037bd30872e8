"""What a shop should order anew."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from tenon.domains.catalog.models import StockLevel
from tenon.kernel.tenancy.scopes import organization_scope

# A product that has variants is bought as one of them; its own stock counts for nothing.
_SOLD = Q(variant__isnull=True, product__variant_count=0) | Q(variant__is_active=True)
_COLUMNS = ("product_id", "variant_id", "on_hand", "allocated", "available", "min_stock_level", "allow_backorder")


def running_low(*, organization_id: UUID, limit: int) -> list[dict[str, Any]]:
    """What is offered and has come down to its minimum, the least first. One query: catalog_stock_low."""
    with organization_scope(organization_id, read_only=True):
        low = StockLevel.objects.filter(track_inventory=True, available__lte=F("min_stock_level"))
        rows: QuerySet[StockLevel, Any] = low.filter(_SOLD, product__is_active=True).values(
            *_COLUMNS,
            name=F("product__name"),
            variant_name=Coalesce(F("variant__name"), Value("")),
            sku=Coalesce(F("variant__sku"), F("product__sku")),
        )
        return list(rows.order_by("available", "item_id")[:limit])
