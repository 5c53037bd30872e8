"""Products, and lists and numbers of them."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.catalog.api.fields import AttributesField, SlugField, TagsField
from tenon.domains.catalog.api.products import ProductSerializer
from tenon.domains.catalog.api.reviews import ReviewSerializer
from tenon.domains.catalog.api.serializers.parts import MOST_STOCK, ProductImageSerializer, VariantSerializer
from tenon.domains.catalog.models import products
from tenon.kernel.http import amounts
from tenon.kernel.http.amounts import AmountField, MoneySerializer
from tenon.kernel.http.columns import Made

_OWN_STOCK = ("on_hand", "allocated", "min_stock_level", "track_inventory", "allow_backorder")


def _as_it_is(column: str) -> Made:
    """A column that its field cannot say itself: an object of JSON, or one of a joined row that is always there."""
    return Made(lambda value: value, column)


class DimensionsSerializer(serializers.Serializer[Any]):
    """Millimetres."""

    length = serializers.IntegerField(min_value=1, max_value=10**6, required=False)
    width = serializers.IntegerField(min_value=1, max_value=10**6, required=False)
    height = serializers.IntegerField(min_value=1, max_value=10**6, required=False)


class ProductInFullSerializer(ProductSerializer):
    """A product with its variants, pictures and latest approved reviews: of each field, the column of its rows."""

    parts: ClassVar[frozenset[str]] = frozenset({"variants", "images", "reviews"})
    for_staff: ClassVar[frozenset[str]] = frozenset({"cost_price", "cost_price_money", *_OWN_STOCK})

    description = serializers.CharField()
    barcode = serializers.CharField(allow_null=True)
    weight_grams = serializers.IntegerField(allow_null=True)
    dimensions = DimensionsSerializer()
    attributes = serializers.DictField()
    tax_class = serializers.CharField()
    meta_title = serializers.CharField()
    meta_description = serializers.CharField()
    variants = VariantSerializer(many=True)
    images = ProductImageSerializer(many=True)
    reviews = ReviewSerializer(many=True)
    cost_price = serializers.CharField(allow_null=True, required=False, help_text=_("For staff."))
    cost_price_money = MoneySerializer(allow_null=True, required=False)
    on_hand = serializers.IntegerField(required=False, help_text=_("For staff."))
    allocated = serializers.IntegerField(required=False, help_text=_("For staff: set aside for orders."))
    min_stock_level = serializers.IntegerField(required=False, help_text=_("For staff."))
    track_inventory = serializers.BooleanField(required=False, help_text=_("For staff."))
    allow_backorder = serializers.BooleanField(required=False, help_text=_("For staff."))

    made = {
        **ProductSerializer.made,
        "dimensions": _as_it_is("dimensions"),
        "cost_price": Made(amounts.decimal, "cost_price_amount", "currency"),
        "cost_price_money": Made(amounts.exact, "cost_price_amount", "currency"),
        **{name: _as_it_is(f"own__{name}") for name in _OWN_STOCK},
    }


class ProductChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    name = serializers.CharField(max_length=products.NAME_LENGTH, required=False)
    slug = SlugField(max_length=products.SLUG_LENGTH, required=False)
    description = serializers.CharField(max_length=100_000, allow_blank=True, required=False)
    category_id = serializers.UUIDField(allow_null=True, required=False)
    price = AmountField(required=False)
    compare_price = AmountField(allow_null=True, required=False)
    cost_price = AmountField(allow_null=True, required=False)
    sku = serializers.CharField(max_length=products.SKU_LENGTH, required=False)
    barcode = serializers.CharField(max_length=products.BARCODE_LENGTH, allow_null=True, required=False)
    weight_grams = serializers.IntegerField(min_value=0, max_value=10**9, allow_null=True, required=False)
    dimensions = DimensionsSerializer(required=False)
    attributes = AttributesField(required=False)
    tags = TagsField(required=False)
    tax_class = serializers.RegexField(r"^[a-z0-9_]{1,40}\Z", required=False)
    is_featured = serializers.BooleanField(required=False)
    is_digital = serializers.BooleanField(required=False)
    requires_shipping = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)
    meta_title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    meta_description = serializers.CharField(max_length=500, allow_blank=True, required=False)
    min_stock_level = serializers.IntegerField(min_value=0, max_value=MOST_STOCK, required=False)
    track_inventory = serializers.BooleanField(required=False)
    allow_backorder = serializers.BooleanField(required=False)


class ProductPutSerializer(ProductChangeSerializer):
    """A product as it is to be: what is left out keeps its value."""

    name = serializers.CharField(max_length=products.NAME_LENGTH)
    sku = serializers.CharField(max_length=products.SKU_LENGTH)
    price = AmountField()


class NewProductSerializer(ProductPutSerializer):
    """A product to make. A slug is made of the name unless given."""

    currency = serializers.CharField(
        min_length=3, max_length=3, required=False, help_text=_("ISO 4217; the shop's unless given.")
    )
    stock = serializers.IntegerField(min_value=0, max_value=MOST_STOCK, required=False, help_text=_("On hand."))


class RelatedProductsSerializer(serializers.Serializer[Any]):
    """The products beside a product, in their order."""

    product_ids = serializers.ListField(child=serializers.UUIDField(), max_length=50)


class PriceChangeSerializer(serializers.Serializer[Any]):
    """A price that was, and the one after it; null where a variant has its product's."""

    id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True)
    old_price = serializers.CharField(allow_null=True)
    old_price_money = MoneySerializer(allow_null=True)
    new_price = serializers.CharField(allow_null=True)
    new_price_money = MoneySerializer(allow_null=True)
    actor_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class ProductsSerializer(serializers.Serializer[Any]):
    """Some products, all at once."""

    data = ProductSerializer(many=True)  # type: ignore[assignment]


class ProductNumbersSerializer(serializers.Serializer[Any]):
    """Numbers of a catalog."""

    total_count = serializers.IntegerField()
    active_count = serializers.IntegerField()
    in_stock_count = serializers.IntegerField()
    low_stock_count = serializers.IntegerField()
    on_hand_total = serializers.IntegerField()
    lowest_price_amount = serializers.IntegerField(allow_null=True, help_text=_("In minor units."))
    highest_price_amount = serializers.IntegerField(allow_null=True, help_text=_("In minor units."))
    timestamp = serializers.DateTimeField()
