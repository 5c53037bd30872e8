"""How what was found reads."""

from typing import Any

from rest_framework import serializers

from tenon.domains.catalog.engines import highlights
from tenon.domains.catalog.engines.words import Question
from tenon.kernel.http import amounts
from tenon.kernel.http.amounts import MoneySerializer
from tenon.kernel.money import Money


class FoundCategorySerializer(serializers.Serializer[Any]):
    """The category of a product."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class HighlightsSerializer(serializers.Serializer[Any]):
    """HTML, in which everything is escaped but `<mark>` around the words that were found."""

    name = serializers.CharField()
    description = serializers.CharField(help_text="About 160 characters around the first word, or the beginning.")


class FoundProductSerializer(serializers.Serializer[Any]):
    """A product that was found."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    sku = serializers.CharField()
    price = serializers.CharField()
    price_money = MoneySerializer()
    compare_price = serializers.CharField(allow_null=True)
    compare_price_money = MoneySerializer(allow_null=True)
    category = FoundCategorySerializer(allow_null=True)
    image_file_id = serializers.UUIDField(allow_null=True)
    image_alt = serializers.CharField(allow_blank=True)
    is_featured = serializers.BooleanField()
    rating_count = serializers.IntegerField(min_value=0)
    average_rating = serializers.FloatField(allow_null=True, min_value=1, max_value=5)
    highlights = HighlightsSerializer()


class CategoryCountSerializer(FoundCategorySerializer):
    """How many products are in a category itself."""

    count = serializers.IntegerField(min_value=1)


class PriceCountSerializer(serializers.Serializer[Any]):
    """How many products cost at least `from` and less than `to`; `lowest` and `highest` are real prices among them."""

    currency = serializers.CharField()
    to = serializers.CharField(allow_null=True)
    lowest = serializers.CharField()
    highest = serializers.CharField()
    count = serializers.IntegerField(min_value=1)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.CharField(), **super().get_fields()}


class ValueCountSerializer(serializers.Serializer[Any]):
    """How many products have a value."""

    value = serializers.CharField()
    count = serializers.IntegerField(min_value=1)


class AttributeCountSerializer(serializers.Serializer[Any]):
    """The commonest values of an attribute."""

    name = serializers.CharField()
    values = ValueCountSerializer(many=True)


class FacetsSerializer(serializers.Serializer[Any]):
    """What the products could be narrowed by: the commonest of each, counted among at most 5,000 products."""

    categories = CategoryCountSerializer(many=True)
    prices = PriceCountSerializer(many=True)
    tags = ValueCountSerializer(many=True)
    attributes = AttributeCountSerializer(many=True)


class FoundMetaSerializer(serializers.Serializer[Any]):
    """Where to read on. `approximate`: nothing has the words, these only resemble them."""

    next = serializers.CharField(allow_null=True)
    prev = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(min_value=0, required=False)
    total_is_estimate = serializers.BooleanField(required=False)
    approximate = serializers.BooleanField()


class FoundSerializer(serializers.Serializer[Any]):
    """A page of products, best first."""

    data = FoundProductSerializer(many=True)  # type: ignore[assignment]
    meta = FoundMetaSerializer()
    facets = FacetsSerializer(required=False)


def product(row: dict[str, Any], asked: Question) -> dict[str, Any]:
    """A row of `found.cards`."""
    category = None
    if row["category_id"]:
        category = {"id": row["category_id"], "name": row["category__name"], "slug": row["category__slug"]}
    return {
        "id": row["id"],
        "name": row["name"],
        "slug": row["slug"],
        "sku": row["sku"],
        **amounts.shown("price", row["price_amount"], row["currency"]),
        **amounts.shown("compare_price", row["compare_price_amount"], row["currency"]),
        "category": category,
        "image_file_id": row["picture__file_id"],
        "image_alt": row["picture__alt"] or "",
        "is_featured": row["is_featured"],
        "rating_count": row["rating_count"],
        "average_rating": round(row["rating_sum"] / row["rating_count"], 2) if row["rating_count"] else None,
        "highlights": {
            "name": highlights.marked(row["name"], asked),
            "description": highlights.snippet(row["description"], asked),
        },
    }


def facets(found: dict[str, Any]) -> dict[str, Any]:
    """What `selectors.found.facets` counts."""
    named = {each["name"]: each["values"] for each in found["attributes"]}
    return {
        "categories": found["categories"],
        "prices": [_price(each) for each in found["prices"]],
        "tags": named.pop("", []),
        "attributes": [{"name": name, "values": values} for name, values in named.items()],
    }


def _price(each: dict[str, Any]) -> dict[str, Any]:
    def text(amount: int | None) -> str | None:
        return None if amount is None else str(Money(amount, each["currency"]))

    return {
        "currency": each["currency"],
        "from": text(each["low"]),
        "to": text(each["high"]),
        "lowest": text(each["least"]),
        "highest": text(each["greatest"]),
        "count": each["count"],
    }
