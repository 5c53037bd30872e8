"""An order and its lines: what was bought, as it was when it was bought."""

from typing import ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models.columns import (
    CODE_LENGTH,
    NAME_LENGTH,
    SKU_LENGTH,
    currency_code,
    minor_units,
    not_negative,
    one_of,
)
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

_NET = F("subtotal_amount") - F("discount_amount")


class Order(OwnedModel):
    """What somebody bought. The lines, amounts and addresses stay as they were when it was placed.

    Where prices contain the taxes (`tax_inclusive`), `tax_amount` is a part of the other amounts, else it comes on top.
    `taxes` has it by name and rate; the part of it that is on sending is `shipping_tax_amount`.
    `captured_amount` and `refunded_amount` are what has been taken and given back so far. An order that nobody pays is
    cancelled at `expires_at`. `forgotten_at` says when the person was taken out of it.
    """

    class PaymentStatus(models.TextChoices):
        """Whether it is paid."""

        PENDING = "pending"
        PAID = "paid"
        FAILED = "failed"
        REFUNDED = "refunded"
        PARTIALLY_REFUNDED = "partially_refunded"

    class PaymentMethod(models.TextChoices):
        """How it is paid."""

        CREDIT_CARD = "credit_card"
        PAYPAL = "paypal"
        BANK_TRANSFER = "bank_transfer"
        CASH_ON_DELIVERY = "cash_on_delivery"

    self_scope_field: ClassVar[str] = "user"

    number = ExactCharField(max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    email = models.EmailField(max_length=254, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=[(state.value, state.name.title()) for state in OrderState])
    payment_status = models.CharField(max_length=20, choices=PaymentStatus, default=PaymentStatus.PENDING)
    payment_method = models.CharField(max_length=20, choices=PaymentMethod)
    shipping_address = models.JSONField(default=dict)
    billing_address = models.JSONField(default=dict)
    currency = currency_code()
    subtotal_amount = minor_units()
    discount_amount = minor_units()
    shipping_amount = minor_units()
    shipping_tax_amount = minor_units()
    tax_amount = minor_units()
    total_amount = minor_units()
    taxes = models.JSONField(default=list, blank=True)
    tax_inclusive = models.BooleanField(default=False)
    captured_amount = minor_units()
    refunded_amount = minor_units()
    coupon_code = ExactCharField(max_length=CODE_LENGTH, blank=True)
    shipping_method_code = ExactCharField(max_length=CODE_LENGTH, blank=True)
    shipping_method_name = models.CharField(max_length=100, blank=True)
    customer_note = models.CharField(max_length=1000, blank=True)
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.orders by number, and one order for a number.
            models.UniqueConstraint(fields=["organization", "number"], name="orders_order_by_number"),
            models.CheckConstraint(condition=one_of("state", OrderState), name="orders_order_state"),
            models.CheckConstraint(
                condition=not_negative("subtotal_amount", "discount_amount", "shipping_amount", "shipping_tax_amount"),
                name="orders_order_amounts",
            ),
            models.CheckConstraint(condition=Q(tax_amount__gte=F("shipping_tax_amount")), name="orders_order_tax"),
            models.CheckConstraint(
                condition=Q(tax_inclusive=True, total_amount=_NET + F("shipping_amount"))
                | Q(tax_inclusive=False, total_amount=_NET + F("shipping_amount") + F("tax_amount")),
                name="orders_order_total",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, captured_amount__gte=F("refunded_amount")),
                name="orders_order_refunded",
            ),
            models.CheckConstraint(condition=Q(captured_amount__lte=F("total_amount")), name="orders_order_captured"),
        ]
        indexes = [
            # selectors.orders, the newest first; reports.
            models.Index(fields=["organization", "placed_at", "id"], name="orders_order_list"),
            # selectors.orders of one state.
            models.Index(fields=["organization", "state", "placed_at", "id"], name="orders_order_by_state"),
            # selectors.my_orders.
            models.Index(fields=["organization", "user", "placed_at", "id"], name="orders_order_mine"),
            # selectors.orders sorted by total.
            models.Index(fields=["organization", "total_amount", "id"], name="orders_order_by_total"),
            # expiry.due: pending orders that nobody has paid.
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="orders_order_expires"),
            # personal_data: the orders of one person, anywhere.
            models.Index(fields=["user"], name="orders_order_holder"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def belongs_to(self) -> UUID:
        """The id of its organization, which no stored row is without."""
        return cast(UUID, self.organization_id)


class OrderItem(OwnedModel):
    """A line, with what it was called and what it cost. `total_amount` is what is paid for it, taxes included.

    `offered_id` is the variant's id, or the product's where it has none. The counters say how many have been sent and
    how many have come back.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    variant = models.ForeignKey(
        "catalog.ProductVariant", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=NAME_LENGTH)
    variant_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    sku = models.CharField(max_length=SKU_LENGTH, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    image_file_id = models.UUIDField(null=True, blank=True)
    requires_shipping = models.BooleanField(default=True)
    quantity = models.PositiveIntegerField()
    unit_price_amount = minor_units()
    subtotal_amount = minor_units()
    discount_amount = minor_units()
    tax_amount = minor_units()
    total_amount = minor_units()
    shipped_quantity = models.PositiveIntegerField(default=0)
    returned_quantity = models.PositiveIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.lines, in order.
            models.UniqueConstraint(fields=["organization", "order", "position"], name="orders_item_of_order"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_item_quantity"),
            models.CheckConstraint(
                condition=not_negative("unit_price_amount", "discount_amount", "tax_amount"),
                name="orders_item_amounts",
            ),
            models.CheckConstraint(
                condition=Q(
                    subtotal_amount=F("unit_price_amount") * F("quantity"),
                    discount_amount__lte=F("subtotal_amount"),
                ),
                name="orders_item_subtotal",
            ),
            models.CheckConstraint(
                condition=Q(total_amount=_NET) | Q(total_amount=_NET + F("tax_amount")), name="orders_item_total"
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__lte=F("quantity"), returned_quantity__lte=F("quantity")),
                name="orders_item_counters",
            ),
        ]
        indexes = [
            # The lines of an order, as its prefetch and its deletion ask for them.
            models.Index(fields=["order", "position"], name="orders_item_list"),
            # Whether a product or a variant that is to be deleted was ever bought; reports of best sellers.
            models.Index(fields=["product"], name="orders_item_product"),
            models.Index(fields=["variant"], name="orders_item_variant"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"
