"""How an order is paid: what was asked of a provider, what it said, and what was given back."""

from django.db import models
from django.db.models import F, Q

from tenon.domains.orders.models.columns import REFERENCE_LENGTH, currency_code, minor_units, one_of
from tenon.domains.orders.models.orders import Order
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

MESSAGE_LENGTH = 300


class Payment(OwnedModel):
    """What is to be taken for an order, by one provider. `reference` is the provider's name for it.

    It is captured once, by a conditional update; a failed attempt leaves it open for the next one.
    """

    class State(models.TextChoices):
        """How far it has come."""

        PENDING = "pending"
        PROCESSING = "processing"
        CAPTURED = "captured"
        FAILED = "failed"
        CANCELLED = "cancelled"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments", db_index=False)
    provider = ExactCharField(max_length=20)
    method = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    currency = currency_code()
    amount = minor_units()
    captured_amount = minor_units()
    refunded_amount = minor_units()
    reference = ExactCharField(max_length=REFERENCE_LENGTH, null=True, blank=True)  # type: ignore[misc]
    failure_code = models.CharField(max_length=100, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # payments.settle: the payment that a provider speaks of.
            models.UniqueConstraint(
                fields=["organization", "provider", "reference"], name="orders_payment_by_reference"
            ),
            models.CheckConstraint(
                condition=one_of("state", ["pending", "processing", "captured", "failed", "cancelled"]),
                name="orders_payment_state",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="orders_payment_amount"),
            models.CheckConstraint(
                condition=Q(captured_amount__gte=0, captured_amount__lte=F("amount")), name="orders_payment_captured"
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("captured_amount")),
                name="orders_payment_refunded",
            ),
        ]
        indexes = [
            # selectors.payments, in the order of making.
            models.Index(fields=["order", "created_at", "id"], name="orders_payment_list"),
            # reconciling: those of every organization that wait for word, the longest first.
            models.Index(fields=["state", "updated_at"], name="orders_payment_waiting"),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.pk)


class PaymentAttempt(OwnedModel):
    """One try at a payment and how it ended. `reference` is the provider's name for it, where it has one."""

    class State(models.TextChoices):
        """How it ended."""

        STARTED = "started"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    failure_code = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=MESSAGE_LENGTH, blank=True)
    reference = ExactCharField(max_length=REFERENCE_LENGTH, blank=True, default="", db_default="")
    happened_at = models.DateTimeField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.payments: the attempts, in order.
            models.UniqueConstraint(fields=["organization", "payment", "number"], name="orders_attempt_of_payment"),
            models.CheckConstraint(
                condition=one_of("state", ["started", "succeeded", "failed"]), name="orders_attempt_state"
            ),
        ]
        indexes = [
            # The deletion of a payment.
            models.Index(fields=["payment"], name="orders_attempt_payment"),
        ]


class Refund(OwnedModel):
    """An amount that goes back. While it is pending it counts as given back, so that no two exceed what was taken."""

    class State(models.TextChoices):
        """Whether the provider has given it back."""

        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    of_return = models.ForeignKey(
        "orders.Return", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    currency = currency_code()
    amount = minor_units()
    reason = models.CharField(max_length=500, blank=True)
    reference = ExactCharField(max_length=REFERENCE_LENGTH, null=True, blank=True)  # type: ignore[misc]
    failure_code = models.CharField(max_length=100, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # refunds.settle: the refund that a provider speaks of.
            models.UniqueConstraint(fields=["organization", "payment", "reference"], name="orders_refund_by_reference"),
            models.CheckConstraint(
                condition=one_of("state", ["pending", "succeeded", "failed"]), name="orders_refund_state"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="orders_refund_amount"),
        ]
        indexes = [
            # selectors.refunds, in the order of making.
            models.Index(fields=["order", "created_at", "id"], name="orders_refund_list"),
            # reconciling: those of every organization that wait for word, the longest first.
            models.Index(fields=["state", "updated_at"], name="orders_refund_waiting"),
            # The deletion of a payment and of a return.
            models.Index(fields=["payment"], name="orders_refund_payment"),
            models.Index(fields=["of_return"], name="orders_refund_return"),
            # personal_data: what one person gave back, anywhere.
            models.Index(fields=["actor_id"], name="orders_refund_actor"),
        ]


class ProviderEvent(OwnedModel):
    """That a provider has told us of something, so that it is taken once however often it is told."""

    provider = ExactCharField(max_length=20)
    event_id = ExactCharField(max_length=REFERENCE_LENGTH)
    kind = models.CharField(max_length=100)
    payment = models.ForeignKey(
        Payment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    happened_at = models.DateTimeField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # payments.take: each event once.
            models.UniqueConstraint(fields=["organization", "provider", "event_id"], name="orders_provider_event_once"),
        ]
        indexes = [
            # purging.
            models.Index(fields=["created_at"], name="orders_provider_event_old"),
            # The deletion of a payment.
            models.Index(fields=["payment"], name="orders_provider_event_of"),
        ]
