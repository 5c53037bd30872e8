"""What the routes of carts take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.orders.models.columns import CODE_LENGTH
from tenon.domains.orders.services.cart_holders import MOST_PIECES
from tenon.kernel.http.amounts import MoneySerializer
from tenon.kernel.http.localities import CountryField

REGION_LENGTH = 100
_DECIMAL = _("A decimal number with the places of its currency; `…_money` beside it has it in minor units.")


class ShownField(serializers.CharField):
    """An amount that is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _DECIMAL, **kwargs})


class CartNoticeSerializer(serializers.Serializer[Any]):
    """What should be known before paying."""

    code = serializers.CharField(
        help_text=_(
            "Of a line: unavailable, other_currency, out_of_stock, insufficient_stock, price_changed. Of the cart: "
            "coupon_refused, shipping_unavailable."
        )
    )
    detail = serializers.CharField()
    available = serializers.IntegerField(required=False, help_text=_("How many there are."))
    reason = serializers.CharField(required=False, help_text=_("Why a coupon is refused, in a word."))
    was = ShownField(required=False)
    was_money = MoneySerializer(required=False)


class CartProductSerializer(serializers.Serializer[Any]):
    """What a line is of."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text=_("Empty for what is no longer there."))
    sku = serializers.CharField()
    attributes = serializers.DictField()
    image_file_id = serializers.UUIDField(allow_null=True)


class CartVariantSerializer(serializers.Serializer[Any]):
    """Which form of it."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class CartItemSerializer(serializers.Serializer[Any]):
    """A line. What cannot be bought has no amounts and counts for nothing in the totals."""

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True)
    product = CartProductSerializer()
    variant = CartVariantSerializer(allow_null=True)
    quantity = serializers.IntegerField()
    available = serializers.IntegerField(allow_null=True, help_text=_("Null where there is no limit."))
    price = ShownField(allow_null=True)
    price_money = MoneySerializer(allow_null=True)
    subtotal = ShownField(allow_null=True)
    subtotal_money = MoneySerializer(allow_null=True)
    discount_amount = ShownField(allow_null=True)
    discount_amount_money = MoneySerializer(allow_null=True)
    tax_amount = ShownField(allow_null=True)
    tax_amount_money = MoneySerializer(allow_null=True)
    total = ShownField(allow_null=True)
    total_money = MoneySerializer(allow_null=True)
    notices = CartNoticeSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CartTaxSerializer(serializers.Serializer[Any]):
    """A tax of the cart."""

    name = serializers.CharField()
    rate = serializers.CharField(help_text=_("In percent."))
    base = ShownField()
    base_money = MoneySerializer()
    amount = ShownField()
    amount_money = MoneySerializer()


class CartCouponSerializer(serializers.Serializer[Any]):
    """The coupon of the cart."""

    code = serializers.CharField()
    description = serializers.CharField()


class ShippingOptionSerializer(serializers.Serializer[Any]):
    """A way of sending this cart, and what it costs."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    price = ShownField()
    price_money = MoneySerializer()
    minimum_days = serializers.IntegerField(allow_null=True)
    maximum_days = serializers.IntegerField(allow_null=True)


class CartSerializer(serializers.Serializer[Any]):
    """A cart, and what it costs line by line."""

    id = serializers.UUIDField(allow_null=True, help_text=_("Null as long as nothing was put in."))
    user = serializers.UUIDField(allow_null=True)
    token = serializers.CharField(
        allow_null=True, help_text=_("Of a guest's cart that was made just now: send it as X-Cart-Token from now on.")
    )
    currency = serializers.CharField()
    country = serializers.CharField(help_text=_("Where it goes: decides taxes and ways of sending."))
    region = serializers.CharField()
    items = CartItemSerializer(many=True)
    item_count = serializers.IntegerField(help_text=_("Pieces, of all lines together."))
    tax_inclusive = serializers.BooleanField(help_text=_("Whether the amounts contain the taxes."))
    subtotal = ShownField()
    subtotal_money = MoneySerializer()
    discount_amount = ShownField()
    discount_amount_money = MoneySerializer()
    shipping_cost = ShownField()
    shipping_cost_money = MoneySerializer()
    tax_amount = ShownField()
    tax_amount_money = MoneySerializer()
    total_amount = ShownField()
    total_amount_money = MoneySerializer()
    taxes = CartTaxSerializer(many=True)
    coupon = CartCouponSerializer(allow_null=True)
    shipping_method = serializers.CharField(allow_null=True)
    shipping_options = ShippingOptionSerializer(many=True)
    notices = CartNoticeSerializer(many=True)
    ready = serializers.BooleanField(help_text=_("Whether it can be ordered as it is."))
    created_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text=_("When a guest’s cart ends."))


class NewCartItemSerializer(serializers.Serializer[Any]):
    """So many more of a product, or of a variant of it."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, default=1)


class CartItemChangeSerializer(serializers.Serializer[Any]):
    """How many; none or fewer removes the line."""

    quantity = serializers.IntegerField(min_value=-MOST_PIECES, max_value=MOST_PIECES)


class NamedCartItemSerializer(serializers.Serializer[Any]):
    """A line by what it is of."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class NamedCartItemChangeSerializer(NamedCartItemSerializer):
    """How many of it; none or fewer removes the line."""

    quantity = serializers.IntegerField(min_value=-MOST_PIECES, max_value=MOST_PIECES)


class CartChoiceSerializer(serializers.Serializer[Any]):
    """Where the goods will go, and how."""

    country = CountryField(required=False)
    region = serializers.CharField(max_length=REGION_LENGTH, required=False, allow_blank=True)
    shipping_method = serializers.CharField(
        max_length=CODE_LENGTH, required=False, allow_null=True, help_text=_("A code; null leaves the choice to us.")
    )


class CartCouponCodeSerializer(serializers.Serializer[Any]):
    """The code of a coupon, in any case."""

    code = serializers.CharField(max_length=CODE_LENGTH)


class CouponJudgementSerializer(serializers.Serializer[Any]):
    """Whether a coupon can be used."""

    valid = serializers.BooleanField()
    coupon = CartCouponSerializer(allow_null=True)
    reason = serializers.CharField(
        allow_null=True,
        help_text=_(
            "unknown, not_yet_valid, expired, used_up, used_by_you, other_currency, not_for_these_goods, below_minimum."
        ),
    )
    error = serializers.CharField(allow_null=True, help_text=_("The same in a sentence."))
    discount_amount = ShownField(allow_null=True, help_text=_("What it takes off the cart; null without one."))
    discount_amount_money = MoneySerializer(allow_null=True)
