"""Orders as JSON, going in and coming out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models.history import REASON_LENGTH
from tenon.domains.orders.models.orders import Order
from tenon.domains.orders.models.returns import Return
from tenon.domains.orders.models.shipments import Shipment
from tenon.kernel.http.amounts import AmountField, MoneySerializer
from tenon.kernel.http.localities import CountryField

STATES = [state.value for state in OrderState]
_DECIMAL = _("A decimal number with the places of its currency; `…_money` beside it has it in minor units.")


class AmountText(serializers.CharField):
    """An amount that is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _DECIMAL, **kwargs})


class PortionSerializer(serializers.Serializer[Any]):
    """So many of a line of an order."""

    item_id = serializers.UUIDField(help_text=_("The line, by the id that it has in the order."))
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)


class OrderItemSerializer(serializers.Serializer[Any]):
    """A line of an order, as it was when it was ordered."""

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    variant_name = serializers.CharField()
    sku = serializers.CharField()
    attributes = serializers.DictField()
    image_file_id = serializers.UUIDField(allow_null=True)
    quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()
    price = AmountText()
    price_money = MoneySerializer()
    subtotal = AmountText()
    subtotal_money = MoneySerializer()
    discount_amount = AmountText()
    discount_amount_money = MoneySerializer()
    tax_amount = AmountText()
    tax_amount_money = MoneySerializer()
    total = AmountText()
    total_money = MoneySerializer()


class ShipmentSerializer(serializers.Serializer[Any]):
    """A parcel of an order."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text=_("Counts within the order."))
    status = serializers.ChoiceField(choices=Shipment.State.values)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    shipped_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    items = PortionSerializer(many=True)


class OrderTaxSerializer(serializers.Serializer[Any]):
    """One of the taxes of an order."""

    name = serializers.CharField()
    rate = serializers.CharField(help_text=_("In per cent."))
    base = AmountText()
    base_money = MoneySerializer()
    amount = AmountText()
    amount_money = MoneySerializer()


class OrderSummarySerializer(serializers.Serializer[Any]):
    """An order in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=STATES)
    payment_status = serializers.ChoiceField(choices=Order.PaymentStatus.values)
    payment_method = serializers.ChoiceField(choices=Order.PaymentMethod.values)
    customer_id = serializers.UUIDField(allow_null=True, help_text=_("Null for a guest."))
    email = serializers.CharField()
    currency = serializers.CharField()
    subtotal = AmountText()
    subtotal_money = MoneySerializer()
    discount_amount = AmountText()
    discount_amount_money = MoneySerializer()
    shipping_cost = AmountText()
    shipping_cost_money = MoneySerializer()
    tax_amount = AmountText()
    tax_amount_money = MoneySerializer()
    total_amount = AmountText()
    total_amount_money = MoneySerializer()
    captured_amount = AmountText()
    captured_amount_money = MoneySerializer()
    refunded_amount = AmountText()
    refunded_amount_money = MoneySerializer()
    tax_inclusive = serializers.BooleanField(help_text=_("Whether the other amounts contain the taxes."))
    coupon_code = serializers.CharField()
    shipping_method = serializers.CharField(help_text=_("Its code; empty where nothing is sent."))
    shipping_method_name = serializers.CharField()
    placed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text=_("When it is cancelled unless it is paid."))
    updated_at = serializers.DateTimeField()


class OrderSerializer(OrderSummarySerializer):
    """An order."""

    tracking_number = serializers.CharField(help_text=_("Of the last parcel."))
    shipping_address = serializers.DictField()
    billing_address = serializers.DictField()
    notes = serializers.CharField(help_text=_("What the customer said."))
    taxes = OrderTaxSerializer(many=True)
    items = OrderItemSerializer(many=True)
    shipments = ShipmentSerializer(many=True)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class StatusChangeSerializer(serializers.Serializer[Any]):
    """Where an order goes."""

    status = serializers.ChoiceField(choices=[state for state in STATES if state not in {"pending", "refunded"}])
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class TrackingSerializer(serializers.Serializer[Any]):
    """Where a parcel is to be found."""

    tracking_number = serializers.CharField(max_length=100)
    carrier = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    tracking_url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")


class NewShipmentSerializer(serializers.Serializer[Any]):
    """What is sent; without `items` all that is left."""

    carrier = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    tracking_number = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    tracking_url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")
    items = PortionSerializer(many=True, required=False, allow_empty=False, max_length=500)  # type: ignore[call-arg]


class ReturnedSerializer(PortionSerializer):
    """So many of a line that come back."""

    restock = serializers.BooleanField(help_text=_("Whether it can be sold again."))


class ReturnSerializer(serializers.Serializer[Any]):
    """Goods that come back."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text=_("Counts within the order."))
    status = serializers.ChoiceField(choices=Return.State.values)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    items = ReturnedSerializer(many=True)


class NewReturnSerializer(serializers.Serializer[Any]):
    """What somebody wants to send back."""

    items = PortionSerializer(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ReturnChangeSerializer(serializers.Serializer[Any]):
    """What becomes of a return. Of what is `received`, the lines that are `damaged` do not go back into stock."""

    status = serializers.ChoiceField(choices=["approved", "rejected", "received"])
    damaged = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=500)


class TransitionSerializer(serializers.Serializer[Any]):
    """A step that an order has taken."""

    from_status = serializers.CharField(allow_null=True)
    to_status = serializers.ChoiceField(choices=STATES)
    reason = serializers.CharField()
    actor_id = serializers.UUIDField(allow_null=True, help_text=_("Shown to staff alone."))
    happened_at = serializers.DateTimeField()


class TransitionsSerializer(serializers.Serializer[Any]):
    """All steps, in order."""

    data = TransitionSerializer(many=True)  # type: ignore[assignment]


class ShipmentsSerializer(serializers.Serializer[Any]):
    """All parcels, in order."""

    data = ShipmentSerializer(many=True)  # type: ignore[assignment]


class ReturnsSerializer(serializers.Serializer[Any]):
    """All returns, in order."""

    data = ReturnSerializer(many=True)  # type: ignore[assignment]


class NoteSerializer(serializers.Serializer[Any]):
    """What staff wrote down about an order."""

    id = serializers.UUIDField(read_only=True)
    author_id = serializers.UUIDField(read_only=True, allow_null=True)
    body = serializers.CharField(max_length=5000)
    created_at = serializers.DateTimeField(read_only=True)


class NotesSerializer(serializers.Serializer[Any]):
    """All notes, in order."""

    data = NoteSerializer(many=True)  # type: ignore[assignment]


class OrderNumbersSerializer(serializers.Serializer[Any]):
    """How many orders there are."""

    total_count = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    last_placed_at = serializers.DateTimeField(allow_null=True)
    timestamp = serializers.DateTimeField()


class OrderAddressSerializer(serializers.Serializer[Any]):
    """Where an order goes, or its invoice."""

    full_name = serializers.CharField(max_length=200)
    line1 = serializers.CharField(max_length=200)
    line2 = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    city = serializers.CharField(max_length=100)
    region = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text=_("ISO 3166-1, two letters."))
    phone = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")

    def validate_country(self, code: str) -> str:
        """Letters that name no country are taxed nowhere."""
        return str(CountryField().run_validation(code))


class NewOrderSerializer(serializers.Serializer[Any]):
    """How the cart is ordered."""

    shipping_address = OrderAddressSerializer(required=False, help_text=_("Needed where something is sent."))
    billing_address = OrderAddressSerializer(required=False, help_text=_("The shipping address unless given."))
    payment_method = serializers.ChoiceField(choices=Order.PaymentMethod.values)
    coupon_code = serializers.CharField(max_length=50, required=False, help_text=_("The cart's unless given."))
    shipping_method = serializers.CharField(
        max_length=50, required=False, help_text=_("Its code; the cart's unless given.")
    )
    notes = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    email = serializers.EmailField(
        max_length=254,
        required=False,
        help_text=_("The account's unless given; guests give theirs here or in an address."),
    )
    expected_total = AmountField(required=False, help_text=_("What you were shown: another price is then refused."))


class PlacedOrderSerializer(OrderSerializer):
    """An order that has just been placed."""

    order_token = serializers.CharField(
        allow_null=True, help_text=_("For a guest: sent as X-Order-Token, it shows the order.")
    )
