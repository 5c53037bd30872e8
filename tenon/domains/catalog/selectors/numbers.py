"""What is counted of catalogs."""

from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Sum
from django.utils.translation import gettext_lazy as _

from tenon.domains.catalog.models import Category, Product, ProductReview, StockLevel
from tenon.domains.catalog.selectors.products import IN_STOCK, LOW_STOCK, products
from tenon.kernel.statistics import Period, Statistic, counted_by_key
from tenon.kernel.tenancy.scopes import system_scope

_NUMBERS = "numbers of the whole deployment, for its operators"


def product_numbers() -> dict[str, Any]:
    """Products of the scope's organization by what they are, and what there is of them. Six queries."""
    every = products(staff=True)
    prices = Product.objects.aggregate(lowest=Min("price_amount"), highest=Max("price_amount"))
    return {
        "total_count": Product.objects.count(),
        "active_count": Product.objects.filter(is_active=True).count(),
        "in_stock_count": every.filter(IN_STOCK).count(),
        "low_stock_count": every.filter(LOW_STOCK).count(),
        "on_hand_total": StockLevel.objects.aggregate(sum=Sum("on_hand"))["sum"] or 0,
        "lowest_price_amount": prices["lowest"],
        "highest_price_amount": prices["highest"],
    }


def category_numbers() -> dict[str, Any]:
    """Categories of the scope's organization. Three queries."""
    return {
        "total_count": Category.objects.count(),
        "active_count": Category.objects.filter(is_active=True).count(),
        "root_count": Category.objects.filter(parent=None).count(),
    }


def statistics() -> tuple[Statistic, ...]:
    """What this app counts, for the deployment's operators."""

    def of(model: Any) -> tuple[Any, Any]:
        def total(now: datetime) -> int:
            with system_scope(reason=_NUMBERS, read_only=True):
                return int(model.objects.count())

        def added(period: Period) -> dict[datetime, int]:
            with system_scope(reason=_NUMBERS, read_only=True):
                return counted_by_key(model.objects.all(), "created_at", period)

        return total, added

    return (
        Statistic("products", _("Products"), *of(Product)),
        Statistic("reviews", _("Reviews"), *of(ProductReview)),
    )
