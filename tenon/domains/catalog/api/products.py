"""The list of products in one place: what it may be asked, what is selected for it, and how a row is shown."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from tenon.domains.catalog import selectors
from tenon.domains.catalog.api import narrowing
from tenon.kernel.http import amounts, filters
from tenon.kernel.http.amounts import MoneySerializer
from tenon.kernel.http.columns import Columns, Made
from tenon.kernel.http.compiled import CompiledPage
from tenon.kernel.http.filters import Condition, Filter
from tenon.kernel.http.pagination import Asked
from tenon.kernel.money import exponent

IMAGE = "/api/v1/product-images/%s/"
_WORDS = {"type": "string", "maxLength": filters.MAX_LENGTH}
# Names of an older contract, and ours for the same.
OLDER = {
    "active": "filter[active]",
    "category": "filter[category]",
    "category_slug": "filter[category_slug]",
    "category_tree": "filter[category_tree]",
    "created_after": "filter[created_at][gte]",
    "created_before": "filter[created_at][lte]",
    "in_stock": "filter[in_stock]",
    "low_stock": "filter[low_stock]",
    "max_price": "filter[price][lte]",
    "min_price": "filter[price][gte]",
    "min_stock": "filter[stock][gte]",
    "name": "filter[name][contains]",
    "ordering": "sort",
    "search": "filter[search]",
    "sku": "filter[sku]",
}
_LIVE = frozenset({"stock", "low_stock"})  # what changes without the catalog's version


class ProductPage(CompiledPage):
    """The list of products, to be read in the scope of its shop."""

    def given(self, request: Request) -> QueryDict:
        """The parameters under our names, whichever of both they were sent under."""
        query = request.query_params
        if OLDER.keys().isdisjoint(query):
            return query
        ours = QueryDict(mutable=True)
        for name, values in query.lists():
            for value in values:
                ours.appendlist(OLDER.get(name, name), _older_value(name, value))
        return ours

    def read(self, request: Request) -> Asked:
        """What `request` asks for, its prices in the minor units of the shop's currency, as the column has them."""
        asked = super().read(request)
        return replace(asked, conditions=[_in_minor_units(each) for each in asked.conditions])

    def clause(self, condition: Condition) -> Q:
        """What is no column of the rows, or is another there than in the address."""
        match condition.lookup.partition("__")[0]:
            case "in_stock":
                return selectors.IN_STOCK if condition.value else ~selectors.IN_STOCK
            case "low_stock":
                return selectors.LOW_STOCK if condition.value else ~selectors.LOW_STOCK
            case "search":
                return selectors.containing(condition.value)
        found = narrowing.clause(condition)
        return super().clause(condition) if found is None else found


def is_live(request: Request) -> bool:
    """Whether the order or the choice of rows follows the stock, which changes more often than the catalog."""
    words = {
        name.lstrip("-") for sort in ("sort", "ordering") for name in request.query_params.get(sort, "").split(",")
    }
    asked = {OLDER.get(name, name).removeprefix("filter[").partition("]")[0] for name in request.query_params}
    return not _LIVE.isdisjoint(words | asked)


def average(total: int, count: int) -> str | None:
    """With two decimals, rounded half up; None of nothing."""
    if not count:
        return None
    hundredths = (total * 200 + count) // (count * 2)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def available(left: int | None, allow_backorder: bool | None, track_inventory: bool | None) -> int | None:
    """How many can be bought; None where there is no limit."""
    return None if allow_backorder or track_inventory is False else max(left or 0, 0)


_STOCK = ("stock", "own__allow_backorder", "own__track_inventory")


class CategoryOfProductSerializer(serializers.Serializer[Any]):
    """Where a product stands."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class ImageOfProductSerializer(serializers.Serializer[Any]):
    """The primary picture."""

    url = serializers.CharField(help_text=_("Add ?width=160, 480 or 1200 for a smaller one."))
    alt = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)

    made = {"url": Made(lambda image_id: IMAGE % image_id, "id")}


class ProductSerializer(serializers.Serializer[Any]):
    """A product, as lists show it: of each field, the column of `selectors.products`."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    sku = serializers.CharField()
    price = serializers.CharField(help_text=_("A decimal number, such as 24.99."))
    price_money = MoneySerializer()
    compare_price = serializers.CharField(allow_null=True, help_text=_("What it cost before, or costs elsewhere."))
    compare_price_money = MoneySerializer(allow_null=True)
    category = CategoryOfProductSerializer(allow_null=True)
    image = ImageOfProductSerializer(source="picture", allow_null=True)
    in_stock = serializers.BooleanField()
    stock = serializers.IntegerField(
        allow_null=True, help_text=_("How many can be bought, of all variants together; null where there is no limit.")
    )
    is_featured = serializers.BooleanField()
    is_digital = serializers.BooleanField()
    requires_shipping = serializers.BooleanField()
    is_active = serializers.BooleanField()
    tags = serializers.ListField(child=serializers.CharField())
    variant_count = serializers.IntegerField()
    average_rating = serializers.CharField(allow_null=True, help_text=_("From 1.00 to 5.00, of approved reviews."))
    rating_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    made = {
        "price": Made(amounts.decimal, "price_amount", "currency"),
        "price_money": Made(amounts.exact, "price_amount", "currency"),
        "compare_price": Made(amounts.decimal, "compare_price_amount", "currency"),
        "compare_price_money": Made(amounts.exact, "compare_price_amount", "currency"),
        "in_stock": Made(lambda *stock: available(*stock) != 0, *_STOCK),
        "stock": Made(available, *_STOCK),
        "average_rating": Made(average, "rating_sum", "rating_count"),
    }


_SEARCH = Filter("search", ("eq",), filters.text("").read, _WORDS)
PAGE = ProductPage(
    serializer=ProductSerializer,
    rows=selectors.products,
    also=("catalog_version",),
    sort_fields={"created_at": "created_at", "name": "name", "price": "price_amount", "stock": "stock"},
    default_sort="-created_at",
    numbered=True,
    compares=narrowing.COMPARED,
    filters={
        "active": filters.boolean("is_active"),
        "attribute": narrowing.ATTRIBUTE,
        "category": filters.identifier("category_id"),
        "category_slug": filters.word("category__slug"),
        "category_tree": narrowing.CATEGORY_TREE,
        "created_at": filters.timestamp("created_at"),
        "featured": filters.boolean("is_featured"),
        "in_stock": filters.boolean("in_stock"),
        "low_stock": filters.boolean("low_stock"),
        "name": filters.text("name"),
        "price": filters.decimal("price"),
        "search": _SEARCH,
        "sku": filters.word("sku"),
        "stock": filters.integer("stock"),
        "tag": narrowing.TAG,
    },
)


def represent(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `selectors.products` as ProductSerializer describes it."""
    columns = _columns()
    return columns.shown([row[name] for name in columns.names])


@cache
def _columns() -> Columns:
    return Columns(ProductSerializer, selectors.products(staff=True))


def _older_value(name: str, value: str) -> str:
    if name in {"active", "in_stock", "low_stock"}:
        return {"1": "true", "0": "false"}.get(value, value.lower())
    if name in {"created_after", "created_before"} and len(value) == len("2026-01-31"):
        return f"{value}T00:00:00Z"
    return value


def _in_minor_units(condition: Condition) -> Condition:
    column, _, comparison = condition.lookup.partition("__")
    if column != "price":
        return condition
    places, value = exponent(selectors.currency_here()), condition.value
    several = value if isinstance(value, list) else [value]
    amounts_ = [selectors.minor_units(each, comparison, places) for each in several]
    return replace(condition, lookup=f"price_amount__{comparison}", value=amounts_ if value is several else amounts_[0])
