"""What the reports take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.orders.api.cart_serializers import ShownField
from tenon.kernel.http.amounts import MoneySerializer
from tenon.kernel.http.localities import CurrencyField
from tenon.kernel.http.tables import FormatSerializer

MOST_SELLERS = 500


class PeriodSerializer(FormatSerializer):
    """Of which days, in the organization's time zone, and in which currency."""

    since = serializers.DateField(required=False, help_text=_("The first day; else 30 days up to `until`."))
    until = serializers.DateField(required=False, help_text=_("The last day; else today. 366 days at most."))
    currency = CurrencyField(required=False, help_text=_("The organization's, unless given."))


class SellersQuerySerializer(PeriodSerializer):
    """The same, and what the best ones are."""

    group_by = serializers.ChoiceField(
        choices=["variant", "product"], default="variant", help_text=_("Each variant for itself, or all of a product.")
    )
    sort = serializers.ChoiceField(choices=["-units", "-revenue"], default="-units", help_text=_("What counts."))
    limit = serializers.IntegerField(min_value=1, max_value=MOST_SELLERS, default=20)


class TakingsSerializer(serializers.Serializer[Any]):
    """What was earned. `total` is `gross - discounts + shipping + tax`, and `net` is that without `refunds`."""

    orders = serializers.IntegerField(min_value=0, help_text=_("Confirmed."))
    cancelled_orders = serializers.IntegerField(min_value=0, help_text=_("Called off after they were confirmed."))
    units = serializers.IntegerField(help_text=_("Pieces sold, without those of cancelled orders."))
    gross = ShownField(help_text=_("Goods at their prices, without taxes."))
    gross_money = MoneySerializer()
    discounts = ShownField()
    discounts_money = MoneySerializer()
    shipping = ShownField(help_text=_("Without taxes."))
    shipping_money = MoneySerializer()
    tax = ShownField()
    tax_money = MoneySerializer()
    total = ShownField(help_text=_("What customers were charged."))
    total_money = MoneySerializer()
    refunds = ShownField(help_text=_("What was given back on the day, taxes included."))
    refunds_money = MoneySerializer()
    net = ShownField()
    net_money = MoneySerializer()


class RevenueDaySerializer(TakingsSerializer):
    """One day."""

    date = serializers.DateField()


class RevenueSerializer(serializers.Serializer[Any]):
    """The days of a period, all of them and in order, and what they come to."""

    since = serializers.DateField()
    until = serializers.DateField()
    timezone = serializers.CharField()
    currency = serializers.CharField()
    totals = TakingsSerializer()
    data = RevenueDaySerializer(many=True)  # type: ignore[assignment]


class SellerSerializer(serializers.Serializer[Any]):
    """What was sold of something."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    variant_name = serializers.CharField(allow_blank=True)
    sku = serializers.CharField()
    units = serializers.IntegerField(min_value=1)
    revenue = ShownField(help_text=_("Discounts taken off, without taxes."))
    revenue_money = MoneySerializer()


class SellersSerializer(serializers.Serializer[Any]):
    """What was sold most in a period."""

    since = serializers.DateField()
    until = serializers.DateField()
    timezone = serializers.CharField()
    currency = serializers.CharField()
    data = SellerSerializer(many=True)  # type: ignore[assignment]
