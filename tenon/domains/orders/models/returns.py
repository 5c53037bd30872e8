"""What a customer wants to send back, and what came back."""

from django.db import models
from django.db.models import Q

from tenon.domains.orders.models.columns import one_of
from tenon.domains.orders.models.orders import Order, OrderItem
from tenon.kernel.tenancy.models import OwnedModel


class Return(OwnedModel):
    """Lines that come back: asked for, approved by staff or rejected, and received. The goods are then in stock again.

    `number` counts within the order.
    """

    class State(models.TextChoices):
        """How far it has come."""

        REQUESTED = "requested"
        APPROVED = "approved"
        REJECTED = "rejected"
        RECEIVED = "received"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    reason = models.CharField(max_length=1000, blank=True)
    requested_by_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.returns, in order.
            models.UniqueConstraint(fields=["organization", "order", "number"], name="orders_return_of_order"),
            models.CheckConstraint(
                condition=one_of("state", ["requested", "approved", "rejected", "received"]),
                name="orders_return_state",
            ),
            models.CheckConstraint(
                condition=Q(state="received", received_at__isnull=False)
                | (~Q(state="received") & Q(received_at__isnull=True)),
                name="orders_return_received",
            ),
        ]
        indexes = [
            # The deletion of an order.
            models.Index(fields=["order"], name="orders_return_order"),
            # personal_data: what one person asked for, anywhere.
            models.Index(fields=["requested_by_id"], name="orders_return_asker"),
        ]


class ReturnItem(OwnedModel):
    """So many of a line. What cannot be sold again is not `restock`ed."""

    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="items", db_index=False)
    order_item = models.ForeignKey(OrderItem, on_delete=models.CASCADE, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()
    restock = models.BooleanField(default=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.returns: what is in it, each line once.
            models.UniqueConstraint(
                fields=["organization", "of_return", "order_item"], name="orders_return_item_of_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_return_item_quantity"),
        ]
        indexes = [
            # The deletion of a return and of a line.
            models.Index(fields=["of_return"], name="orders_return_item_list"),
            models.Index(fields=["order_item"], name="orders_return_item_line"),
        ]
