"""What the routes of stock take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.catalog.models.stock import NOTE_LENGTH, StockMovement
from tenon.domains.catalog.services.stock import MOST

_ITEM = _("The variant; null for the product's own stock.")


class StockLevelSerializer(serializers.Serializer[Any]):
    """What there is of a product, or of one of its variants."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True, help_text=_ITEM)
    on_hand = serializers.IntegerField()
    allocated = serializers.IntegerField(help_text=_("What is set aside for orders."))
    available = serializers.IntegerField(help_text=_("What is on hand and not set aside."))
    min_stock_level = serializers.IntegerField()
    track_inventory = serializers.BooleanField()
    allow_backorder = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class StockMovementSerializer(serializers.Serializer[Any]):
    """One change of what is on hand. Movements are added and never changed."""

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True, help_text=_ITEM)
    kind = serializers.ChoiceField(choices=StockMovement.Kind.values)
    quantity_change = serializers.IntegerField()
    reference_kind = serializers.ChoiceField(choices=StockMovement.ReferenceKind.values)
    reference_id = serializers.UUIDField(allow_null=True, help_text=_("The order, or the return, that it came from."))
    note = serializers.CharField()
    actor_id = serializers.UUIDField(allow_null=True, help_text=_("The person or key that did it."))
    created_at = serializers.DateTimeField()


class NewStockMovementSerializer(serializers.Serializer[Any]):
    """Goods that came in, came back, broke or are counted anew."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True, required=False, default=None, help_text=_ITEM)
    kind = serializers.ChoiceField(choices=StockMovement.Kind.values)
    quantity_change = serializers.IntegerField(
        min_value=-MOST, max_value=MOST, help_text=_("How many more; negative: fewer. Not 0.")
    )
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")

    def validate_quantity_change(self, value: int) -> int:
        """Refuses what moves nothing."""
        if value == 0:
            raise serializers.ValidationError(_("A movement moves something."), code="nothing_moved")
        return value
