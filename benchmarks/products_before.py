"""The page of a product and the list by price as they were: queries that each request builds, shown field by field."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import selectors
from tenon.domains.catalog.api.products import IMAGE, PAGE, ProductPage, represent
from tenon.domains.catalog.api.views.doors import Sharing
from tenon.domains.catalog.api.views.products import ProductsView, ProductView
from tenon.domains.catalog.models import ProductImage, ProductVariant
from tenon.domains.catalog.selectors.products import COLUMNS
from tenon.kernel.errors import NotFound
from tenon.kernel.http.amounts import shown
from tenon.kernel.http.filters import Condition
from tenon.kernel.tenancy.scopes import organization_scope

_DETAIL = (
    "description",
    "barcode",
    "weight_grams",
    "dimensions",
    "attributes",
    "tax_class",
    "meta_title",
    "meta_description",
)
_OWN = (
    "id",
    "product_id",
    "name",
    "sku",
    "weight_grams",
    "attributes",
    "is_active",
    "position",
    "created_at",
    "updated_at",
)
_VARIANT = (
    *_OWN,
    "price_amount",
    "version",
    "product__price_amount",
    "product__currency",
    "stock_levels__on_hand",
    "stock_levels__allocated",
    "stock_levels__available",
    "stock_levels__track_inventory",
    "stock_levels__allow_backorder",
)
_PICTURE = ("id", "product_id", "file_id", "alt", "position", "width", "height")
_REVIEW = (
    "id",
    "product_id",
    "user_name",
    "rating",
    "title",
    "body",
    "is_verified_purchase",
    "state",
    "created_at",
    "updated_at",
)


class DetailBefore(ProductView):
    """One product, for a guest."""

    def get(self, request: Request, product_id: UUID) -> Response:
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request, ask_first=False)
            rows = selectors.products(staff=False).filter(pk=product_id)
            row: Mapping[str, Any] | None = rows.values(
                *COLUMNS, *_DETAIL, "cost_price_amount", "own__on_hand", "own__allocated", "version"
            ).first()
            if row is None:
                raise NotFound
            sharing.require_changed(row["catalog_version"])
            variants = ProductVariant.objects.filter(product=product_id).values(*_VARIANT).filter(is_active=True)
            images = ProductImage.objects.filter(product=product_id).select_related("product")
            body = {
                **represent(row),
                **{name: row[name] for name in _DETAIL},
                "variants": [_variant(each) for each in variants.order_by("position", "id")],
                "images": [_image(each) for each in images.order_by("position", "id")],
                "reviews": [
                    {name: getattr(facts, name) for name in _REVIEW}
                    for facts in map(
                        selectors.review_facts,
                        selectors.reviews()
                        .filter(product=product_id, state="approved")
                        .order_by("-created_at", "-id")[:5],
                    )
                ],
            }
        return sharing.answer(body, row["catalog_version"])


class _BuiltAnew(ProductPage):
    def _is_compared(self, condition: Condition) -> bool:
        return False


_BUILT_ANEW = _BuiltAnew(
    serializer=PAGE.serializer,
    rows=PAGE.rows,
    also=PAGE.also,
    sort_fields=PAGE.sort_fields,
    default_sort=PAGE.default_sort,
    filters=PAGE.filters,
)


class ListBefore(ProductsView):
    """The list, whose statement is built for each request that has a filter."""

    def get(self, request: Request) -> Response:
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            found = _BUILT_ANEW.listed(request, staff=self.is_staff)
        return sharing.answer(found.body, found.also[0])


def _variant(row: Mapping[str, Any]) -> dict[str, Any]:
    unlimited = row["stock_levels__allow_backorder"] or row["stock_levels__track_inventory"] is False
    available = None if unlimited else max(row["stock_levels__available"] or 0, 0)
    own = row["price_amount"]
    return {
        **{name: row[name] for name in _OWN},
        **shown("price", row["product__price_amount"] if own is None else own, row["product__currency"]),
        "has_own_price": own is not None,
        "in_stock": available is None or available > 0,
        "stock": available,
    }


def _image(image: ProductImage) -> dict[str, Any]:
    return {
        **{name: getattr(image, name) for name in _PICTURE},
        "url": IMAGE % image.id,
        "widths": sorted(map(int, image.renditions)),
        "is_primary": bool(image.is_primary),
    }
