"""Products as lists show them: values of one query, whatever is asked of them."""

from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from tenon.domains.catalog.models import CatalogVersion, Product, StockLevel
from tenon.domains.catalog.selectors.search import found

POPULAR = 4  # the least average of approved reviews
POPULAR_MANY = 12

_LEVELS = StockLevel.objects.filter(product=OuterRef("pk"), variant__is_active=True)
_OF_VARIANTS = Subquery(
    _LEVELS.order_by().values("product").annotate(sum=Sum("available")).values("sum"), output_field=IntegerField()
)
_WITHOUT_LIMIT = Q(track_inventory=False) | Q(allow_backorder=True)
_OWN_WITHOUT_LIMIT = Q(own__track_inventory=False) | Q(own__allow_backorder=True)

COLUMNS = (
    "id",
    "name",
    "slug",
    "sku",
    "price_amount",
    "compare_price_amount",
    "currency",
    "category__id",
    "category__name",
    "category__slug",
    "is_featured",
    "is_digital",
    "requires_shipping",
    "is_active",
    "tags",
    "variant_count",
    "rating_count",
    "rating_sum",
    "picture__id",
    "picture__alt",
    "picture__width",
    "picture__height",
    "own__track_inventory",
    "own__allow_backorder",
    "own__min_stock_level",
    "stock",
    "catalog_version",
    "created_at",
    "updated_at",
)

IN_STOCK = (Q(variant_count=0) & (_OWN_WITHOUT_LIMIT | Q(own__available__gt=0))) | (
    Q(variant_count__gt=0) & (_OWN_WITHOUT_LIMIT | Q(Exists(_LEVELS.filter(available__gt=0))))
)
"""Something of it can be bought."""

LOW_STOCK = Q(own__track_inventory=True) & (
    (Q(variant_count=0) & Q(own__available__lte=F("own__min_stock_level")))
    | (Q(variant_count__gt=0) & Q(Exists(_LEVELS.filter(available__lte=F("min_stock_level")))))
)
"""It, or one of its variants, has come down to its minimum."""


def products(*, staff: bool) -> QuerySet[Product, Any]:
    """The products of the scope's organization, as values of COLUMNS; shoppers are shown those that are active.

    `stock` is what is available, of all active variants where there are any; `catalog_version` stands in each row, so
    that one query gives a page and the version that it is of.
    """
    rows: QuerySet[Product, Any] = (
        Product.objects.annotate(
            own=FilteredRelation("stock_levels", condition=Q(stock_levels__variant__isnull=True)),
            picture=FilteredRelation("images", condition=Q(images__is_primary=True)),
        )
        .annotate(
            stock=Coalesce(Case(When(variant_count__gt=0, then=_OF_VARIANTS), default=F("own__available")), 0),
            catalog_version=Coalesce(Subquery(CatalogVersion.objects.values("number")[:1]), 0),
        )
        .values(*COLUMNS)
    )
    return rows if staff else rows.filter(is_active=True)


def popular(*, staff: bool) -> QuerySet[Product, Any]:
    """What is rated POPULAR or better on average, what has most reviews first."""
    rows = products(staff=staff).filter(rating_count__gt=0, rating_sum__gte=F("rating_count") * POPULAR)
    return rows.order_by("-rating_count", "-rating_sum", "-id")


def containing(text: str) -> Q:
    """Products that answer a question, up to `search.MOST`; whether they are active, the list decides. One query.

    In the open organization scope.
    """
    return Q(pk__in=found(text, hidden=True))
