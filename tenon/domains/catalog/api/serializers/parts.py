"""Variants, pictures and stock of a product."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.catalog.api.fields import AttributesField
from tenon.domains.catalog.api.products import IMAGE, available
from tenon.domains.catalog.models import details, products
from tenon.domains.catalog.models.stock import StockMovement
from tenon.kernel.http import amounts
from tenon.kernel.http.amounts import AmountField, MoneySerializer
from tenon.kernel.http.columns import Made

MOST_STOCK = 1_000_000_000
_STOCK = tuple(f"stock_levels__{each}" for each in ("available", "allow_backorder", "track_inventory"))


def _priced(form: Callable[[int | None, str], Any]) -> Made:
    """Of a variant's own price, or else its product's."""
    return Made(
        lambda own, of_product, currency: form(of_product if own is None else own, currency),
        "price_amount",
        "product__price_amount",
        "product__currency",
    )


class VariantSerializer(serializers.Serializer[Any]):
    """One form of a product: of each field, the column of `selectors.variant_rows`."""

    for_staff: ClassVar[frozenset[str]] = frozenset({"on_hand", "allocated"})

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    name = serializers.CharField()
    sku = serializers.CharField()
    price = serializers.CharField()
    price_money = MoneySerializer()
    has_own_price = serializers.BooleanField(help_text=_("false: it costs what its product does."))
    weight_grams = serializers.IntegerField(allow_null=True)
    attributes = serializers.DictField()
    is_active = serializers.BooleanField()
    position = serializers.IntegerField()
    in_stock = serializers.BooleanField()
    stock = serializers.IntegerField(allow_null=True, help_text=_("null where there is no limit."))
    on_hand = serializers.IntegerField(required=False, help_text=_("For staff."))
    allocated = serializers.IntegerField(required=False, help_text=_("For staff: set aside for orders."))
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    made = {
        "price": _priced(amounts.decimal),
        "price_money": _priced(amounts.exact),
        "has_own_price": Made(lambda own: own is not None, "price_amount"),
        "in_stock": Made(lambda *stock: available(*stock) != 0, *_STOCK),
        "stock": Made(available, *_STOCK),
        "on_hand": Made(lambda number: number or 0, "stock_levels__on_hand"),
        "allocated": Made(lambda number: number or 0, "stock_levels__allocated"),
    }


class VariantChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    name = serializers.CharField(max_length=products.NAME_LENGTH, required=False)
    sku = serializers.CharField(max_length=products.SKU_LENGTH, required=False)
    price = AmountField(allow_null=True, required=False, help_text=_("null: what the product costs."))
    weight_grams = serializers.IntegerField(min_value=0, max_value=10**9, allow_null=True, required=False)
    attributes = AttributesField(required=False)
    is_active = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=10**6, required=False)


class NewVariantSerializer(VariantChangeSerializer):
    """A variant to make."""

    name = serializers.CharField(max_length=products.NAME_LENGTH)
    sku = serializers.CharField(max_length=products.SKU_LENGTH)
    stock = serializers.IntegerField(min_value=0, max_value=MOST_STOCK, required=False, help_text=_("On hand."))


class VariantsSerializer(serializers.Serializer[Any]):
    """The variants of a product, in their order."""

    data = VariantSerializer(many=True)  # type: ignore[assignment]


class ProductImageSerializer(serializers.Serializer[Any]):
    """A picture of a product: of each field, the column of `selectors.image_rows`."""

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    file_id = serializers.UUIDField()
    url = serializers.CharField(help_text=_("Where anybody may read it; add ?width= for a smaller one."))
    widths = serializers.ListField(child=serializers.IntegerField(), help_text=_("Smaller ones that there are."))
    alt = serializers.CharField()
    position = serializers.IntegerField()
    is_primary = serializers.BooleanField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)

    made = {
        "url": Made(lambda image_id: IMAGE % image_id, "id"),
        "widths": Made(lambda renditions: sorted(map(int, renditions)), "renditions"),
        "is_primary": Made(bool, "is_primary"),
    }


class ProductImageChangeSerializer(serializers.Serializer[Any]):
    """The fields to change. `is_primary` takes the place of the primary picture before."""

    alt = serializers.CharField(max_length=details.ALT_LENGTH, allow_blank=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=10**6, required=False)
    is_primary = serializers.BooleanField(required=False)


class NewProductImageSerializer(ProductImageChangeSerializer):
    """A file that was uploaded for the purpose `product_image`."""

    file_id = serializers.UUIDField()


class ProductImagesSerializer(serializers.Serializer[Any]):
    """The pictures of a product, in their order."""

    data = ProductImageSerializer(many=True)  # type: ignore[assignment]


class StockChangeSerializer(serializers.Serializer[Any]):
    """What is on hand now, or by how much it changes: one of both."""

    variant_id = serializers.UUIDField(required=False, allow_null=True)
    stock = serializers.IntegerField(
        min_value=0, max_value=MOST_STOCK, required=False, help_text=_("As many are on hand.")
    )
    quantity_change = serializers.IntegerField(
        min_value=-MOST_STOCK, max_value=MOST_STOCK, required=False, help_text=_("So many more; negative: fewer.")
    )
    kind = serializers.ChoiceField(
        choices=[each for each in StockMovement.Kind.values if each != StockMovement.Kind.SALE],
        default=StockMovement.Kind.ADJUSTMENT,
    )
    note = serializers.CharField(max_length=300, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("stock" in attrs) == ("quantity_change" in attrs):
            raise serializers.ValidationError({"stock": _("Give either stock or quantity_change.")})
        return attrs
