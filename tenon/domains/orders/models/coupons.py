"""What makes a cart cheaper, and who has used it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tenon.domains.orders.models.columns import CODE_LENGTH, currency_code, minor_units, not_negative
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel


class Coupon(OwnedModel):
    """A code that takes a part off the price, `value` in millionths (125 000 is 12.5 %), or an amount.

    It is for the goods among `product_ids` and `category_ids` (lists of ids), for all where both are empty. `used`
    counts the orders that have it; the database keeps it within `usage_limit`. Codes are stored in capitals.
    """

    class Kind(models.TextChoices):
        """What is taken off."""

        PERCENTAGE = "percentage"
        FIXED_AMOUNT = "fixed_amount"

    code = ExactCharField(max_length=CODE_LENGTH)
    description = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    value = models.BigIntegerField()
    currency = currency_code()
    minimum_order_amount = minor_units()
    maximum_discount_amount = models.BigIntegerField(null=True, blank=True)
    product_ids = models.JSONField(default=list, blank=True)
    category_ids = models.JSONField(default=list, blank=True)
    usage_limit = models.PositiveIntegerField(null=True, blank=True)
    usage_limit_per_user = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # coupons.find, and one coupon for a code.
            models.UniqueConstraint(fields=["organization", "code"], name="orders_coupon_by_code"),
            models.CheckConstraint(
                condition=Q(kind="percentage", value__gt=0, value__lte=1_000_000) | Q(kind="fixed_amount", value__gt=0),
                name="orders_coupon_value",
            ),
            models.CheckConstraint(condition=not_negative("minimum_order_amount"), name="orders_coupon_minimum"),
            models.CheckConstraint(
                condition=Q(maximum_discount_amount__isnull=True) | Q(maximum_discount_amount__gt=0),
                name="orders_coupon_maximum",
            ),
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used__lte=F("usage_limit")), name="orders_coupon_limit"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lt=F("valid_until")),
                name="orders_coupon_window",
            ),
        ]
        indexes = [
            # selectors.coupons, in the order of making.
            models.Index(fields=["organization", "created_at", "id"], name="orders_coupon_list"),
        ]

    def __str__(self) -> str:
        return self.code


class CouponUsage(OwnedModel):
    """That an order was made cheaper by a coupon. It is deleted when the order gives the coupon back.

    `customer` tells customers apart: the person's id, or a digest of a guest's address.
    """

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    customer = ExactCharField(max_length=64)
    discount_amount = minor_units()

    class Meta(OwnedModel.Meta):
        constraints = [
            # coupons.redeem and give_back: an order has a coupon once.
            models.UniqueConstraint(fields=["organization", "order", "coupon"], name="orders_usage_of_order"),
            models.CheckConstraint(condition=not_negative("discount_amount"), name="orders_usage_discount"),
        ]
        indexes = [
            # coupons.redeem: how often this customer has.
            models.Index(fields=["coupon", "customer"], name="orders_usage_by_customer"),
            # personal_data: what one person has used, anywhere.
            models.Index(fields=["user"], name="orders_usage_of_user"),
        ]
