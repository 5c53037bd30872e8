"""What the routes of coupons, ways of sending and taxes take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.orders.api.cart_serializers import REGION_LENGTH, ShownField
from tenon.domains.orders.models import Coupon
from tenon.domains.orders.models.columns import CODE_LENGTH
from tenon.kernel.http.amounts import AmountField, MoneySerializer
from tenon.kernel.http.localities import CountryField, CurrencyField

MOST_RESTRICTIONS = 500
MOST_STEPS = 50
MOST_USES = 2_000_000_000
HEAVIEST = 10_000_000
_PERCENT = _("In percent, with up to four decimals: `10.75`.")
_FIELD = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"


class CouponSerializer(serializers.Serializer[Any]):
    """A coupon."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    description = serializers.CharField()
    discount_type = serializers.ChoiceField(choices=Coupon.Kind.values)
    discount_value = serializers.CharField(help_text=_("In percent, or an amount."))
    discount_value_money = MoneySerializer(allow_null=True)
    currency = serializers.CharField()
    minimum_order_amount = ShownField()
    minimum_order_amount_money = MoneySerializer()
    maximum_discount_amount = ShownField(allow_null=True)
    maximum_discount_amount_money = MoneySerializer(allow_null=True)
    product_ids = serializers.ListField(child=serializers.UUIDField())
    category_ids = serializers.ListField(child=serializers.UUIDField())
    usage_limit = serializers.IntegerField(allow_null=True)
    usage_limit_per_user = serializers.IntegerField(allow_null=True)
    usage_count = serializers.IntegerField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CouponChangeSerializer(serializers.Serializer[Any]):
    """The fields to change. How it takes off and its currency stay."""

    code = serializers.RegexField(_FIELD, max_length=CODE_LENGTH, required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    discount_value = AmountField(required=False, help_text=_("A text in percent, or an amount."))
    minimum_order_amount = AmountField(required=False)
    maximum_discount_amount = AmountField(required=False, allow_null=True)
    product_ids = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_RESTRICTIONS, required=False)
    category_ids = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_RESTRICTIONS, required=False)
    usage_limit = serializers.IntegerField(min_value=1, max_value=MOST_USES, required=False, allow_null=True)
    usage_limit_per_user = serializers.IntegerField(min_value=1, max_value=MOST_USES, required=False, allow_null=True)
    valid_from = serializers.DateTimeField(required=False, allow_null=True)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)


class NewCouponSerializer(CouponChangeSerializer):
    """What takes how much off what."""

    code = serializers.RegexField(_FIELD, max_length=CODE_LENGTH)
    discount_type = serializers.ChoiceField(choices=Coupon.Kind.values)
    discount_value = AmountField(help_text=_("A text in percent, or an amount."))
    currency = CurrencyField()


class ShippingStepSerializer(serializers.Serializer[Any]):
    """What a parcel of up to this weight costs."""

    up_to_grams = serializers.IntegerField()
    price = ShownField()
    price_money = MoneySerializer()


class NewShippingStepSerializer(serializers.Serializer[Any]):
    """What a parcel of up to this weight costs."""

    up_to_grams = serializers.IntegerField(min_value=1, max_value=HEAVIEST)
    price = AmountField()


class ShippingMethodSerializer(serializers.Serializer[Any]):
    """A way of sending."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    price = ShownField()
    price_money = MoneySerializer()
    currency = serializers.CharField()
    free_from = ShownField(allow_null=True)
    free_from_money = MoneySerializer(allow_null=True)
    countries = serializers.ListField(child=serializers.CharField())
    except_countries = serializers.ListField(child=serializers.CharField())
    steps = ShippingStepSerializer(many=True)
    minimum_days = serializers.IntegerField(allow_null=True)
    maximum_days = serializers.IntegerField(allow_null=True)
    tax_class = serializers.CharField()
    position = serializers.IntegerField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ShippingMethodChangeSerializer(serializers.Serializer[Any]):
    """The fields to change. The currency stays."""

    code = serializers.RegexField(_FIELD, max_length=CODE_LENGTH, required=False)
    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    price = AmountField(required=False)
    free_from = AmountField(
        required=False, allow_null=True, help_text=_("What goods must cost, discounts taken off, to be sent for free.")
    )
    countries = serializers.ListField(
        child=CountryField(), max_length=300, required=False, help_text=_("Where to; none: everywhere.")
    )
    except_countries = serializers.ListField(child=CountryField(), max_length=300, required=False)
    steps = NewShippingStepSerializer(many=True, required=False, max_length=MOST_STEPS)  # type: ignore[call-arg]
    minimum_days = serializers.IntegerField(min_value=0, max_value=365, required=False, allow_null=True)
    maximum_days = serializers.IntegerField(min_value=0, max_value=365, required=False, allow_null=True)
    tax_class = serializers.CharField(max_length=CODE_LENGTH, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    is_active = serializers.BooleanField(required=False)


class NewShippingMethodSerializer(ShippingMethodChangeSerializer):
    """A further way of sending."""

    code = serializers.RegexField(_FIELD, max_length=CODE_LENGTH)
    name = serializers.CharField(max_length=100)
    price = AmountField()
    currency = CurrencyField()


class TaxRateSerializer(serializers.Serializer[Any]):
    """A tax at a place."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField(help_text=_("Empty: anywhere."))
    region = serializers.CharField(help_text=_("Empty: in all of the country."))
    tax_class = serializers.CharField()
    rate = serializers.CharField(help_text=_PERCENT)
    applies_to_shipping = serializers.BooleanField()
    is_active = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class TaxRateChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    name = serializers.CharField(max_length=100, required=False)
    country = CountryField(required=False, allow_blank=True)
    region = serializers.CharField(max_length=REGION_LENGTH, required=False, allow_blank=True)
    tax_class = serializers.CharField(max_length=CODE_LENGTH, required=False)
    rate = serializers.CharField(max_length=10, required=False, help_text=_PERCENT)
    applies_to_shipping = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class NewTaxRateSerializer(TaxRateChangeSerializer):
    """A further tax."""

    name = serializers.CharField(max_length=100)
    rate = serializers.CharField(max_length=10, help_text=_PERCENT)


class TaxSettingsSerializer(serializers.Serializer[Any]):
    """Whether prices contain the taxes."""

    prices_include_tax = serializers.BooleanField()
