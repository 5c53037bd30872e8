"""Payments and refunds as JSON, going in and coming out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.orders.api.serializers import AmountText
from tenon.domains.orders.models.ledger import LedgerEntry
from tenon.domains.orders.models.orders import Order
from tenon.domains.orders.models.payments import MESSAGE_LENGTH, Payment, PaymentAttempt, Refund
from tenon.kernel.http.amounts import AmountField, MoneySerializer

_FAILURE = _("The provider's word for what went wrong last, such as insufficient_funds; empty where nothing has.")


class PaymentAttemptSerializer(serializers.Serializer[Any]):
    """One try at a payment."""

    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=PaymentAttempt.State.values)
    failure_code = serializers.CharField()
    message = serializers.CharField(help_text=_("Shown to staff alone."))
    happened_at = serializers.DateTimeField()


class PaymentSerializer(serializers.Serializer[Any]):
    """What is taken for an order, by one provider."""

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    provider = serializers.CharField(help_text=_("stripe, or manual for what staff note."))
    method = serializers.ChoiceField(choices=Order.PaymentMethod.values)
    status = serializers.ChoiceField(choices=Payment.State.values)
    currency = serializers.CharField()
    amount = AmountText()
    amount_money = MoneySerializer()
    captured_amount = AmountText()
    captured_amount_money = MoneySerializer()
    refunded_amount = AmountText()
    refunded_amount_money = MoneySerializer()
    failure_code = serializers.CharField(help_text=_FAILURE)
    reference = serializers.CharField(allow_null=True, help_text=_("The provider's name for it. Shown to staff alone."))
    captured_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    attempts = PaymentAttemptSerializer(many=True)


class StartedPaymentSerializer(PaymentSerializer):
    """A payment, and what a browser pays it with."""

    client_secret = serializers.CharField(
        help_text=_(
            "For Stripe's library in the browser. Empty where there is nothing to do there. Keep it to the shopper."
        )
    )
    publishable_key = serializers.CharField(help_text=_("The seller's public key, for the same."))


class PaymentsSerializer(serializers.Serializer[Any]):
    """All payments, in order."""

    data = PaymentSerializer(many=True)  # type: ignore[assignment]


class ReceiptSerializer(serializers.Serializer[Any]):
    """That money has arrived."""

    note = serializers.CharField(
        max_length=MESSAGE_LENGTH, required=False, allow_blank=True, default="", help_text=_("Where it stands, say.")
    )


class NewRefundSerializer(serializers.Serializer[Any]):
    """What is given back; without `amount`, all that is left."""

    amount = AmountField(required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    payment_id = serializers.UUIDField(required=False, help_text=_("Of which payment, where there are several."))


class RefundSerializer(serializers.Serializer[Any]):
    """What is given back."""

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    payment_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Refund.State.values)
    currency = serializers.CharField()
    amount = AmountText()
    amount_money = MoneySerializer()
    reason = serializers.CharField(help_text=_("Shown to staff alone."))
    failure_code = serializers.CharField(help_text=_FAILURE)
    settled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class RefundsSerializer(serializers.Serializer[Any]):
    """All refunds, in order."""

    data = RefundSerializer(many=True)  # type: ignore[assignment]


class BalanceSerializer(serializers.Serializer[Any]):
    """What stands on one account of an order."""

    account = serializers.ChoiceField(choices=LedgerEntry.Account.values)
    balance = AmountText()
    balance_money = MoneySerializer()


class BookedSerializer(serializers.Serializer[Any]):
    """One side of a transaction."""

    transaction_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=LedgerEntry.Kind.values)
    account = serializers.ChoiceField(choices=LedgerEntry.Account.values)
    amount = AmountText()
    amount_money = MoneySerializer()
    booked_at = serializers.DateTimeField()


class BooksSerializer(serializers.Serializer[Any]):
    """What is booked for an order: debits are positive, credits negative, and each transaction sums to zero."""

    currency = serializers.CharField()
    balances = BalanceSerializer(many=True)
    data = BookedSerializer(many=True)  # type: ignore[assignment]


class NoticeReceiptSerializer(serializers.Serializer[Any]):
    """That a notice has been taken."""

    received = serializers.BooleanField()
