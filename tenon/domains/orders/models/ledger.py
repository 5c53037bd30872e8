"""The books: every movement of money of an order, twice."""

from django.db import models
from django.db.models import Q

from tenon.domains.orders.models.columns import currency_code, one_of
from tenon.domains.orders.models.orders import Order
from tenon.kernel.tenancy.models import OwnedModel


class LedgerEntry(OwnedModel):
    """One side of a transaction: debits are positive, credits negative, and each transaction sums to zero.

    `kind` and `reference_id` say what was booked, the payment that was captured or the refund, so that it is booked
    once. Entries are only added: what was wrong is booked back. `units` on the account of sales is how many pieces were
    sold, negative where that was booked back; elsewhere 0.
    """

    class Account(models.TextChoices):
        """What the amount is moved to or from."""

        RECEIVABLE = "receivable"
        CASH = "cash"
        SALES = "sales"
        DISCOUNTS = "discounts"
        SHIPPING = "shipping"
        TAX = "tax"
        REFUNDS = "refunds"

    class Kind(models.TextChoices):
        """What was booked."""

        SALE = "sale"
        CANCELLATION = "cancellation"
        CAPTURE = "capture"
        REFUND = "refund"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    transaction_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind)
    reference_id = models.UUIDField()
    account = models.CharField(max_length=12, choices=Account)
    currency = currency_code()
    amount = models.BigIntegerField()
    units = models.BigIntegerField(default=0, db_default=0)
    booked_at = models.DateTimeField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # ledger.book: a thing is booked once.
            models.UniqueConstraint(
                fields=["organization", "kind", "reference_id", "account"], name="orders_ledger_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="orders_ledger_amount"),
            models.CheckConstraint(
                condition=one_of("account", ["receivable", "cash", "sales", "discounts", "shipping", "tax", "refunds"]),
                name="orders_ledger_account",
            ),
            models.CheckConstraint(
                condition=one_of("kind", ["sale", "cancellation", "capture", "refund"]), name="orders_ledger_kind"
            ),
        ]
        indexes = [
            # ledger.verify, and the books of an order.
            models.Index(fields=["order", "transaction_id"], name="orders_ledger_order"),
            # reports.revenue, which reads nothing else; reports.best_sellers: which orders were sold, and booked back.
            models.Index(
                fields=["organization", "currency", "account", "booked_at", "kind", "amount", "units", "order"],
                name="orders_ledger_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
