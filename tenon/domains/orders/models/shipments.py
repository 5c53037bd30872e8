"""What of an order was sent together."""

from django.db import models
from django.db.models import Q

from tenon.domains.orders.models.columns import one_of
from tenon.domains.orders.models.orders import Order, OrderItem
from tenon.kernel.tenancy.models import OwnedModel


class Shipment(OwnedModel):
    """A parcel. `number` counts within the order."""

    class State(models.TextChoices):
        """Where it is."""

        SHIPPED = "shipped"
        DELIVERED = "delivered"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.SHIPPED)
    carrier = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.shipments, in order.
            models.UniqueConstraint(fields=["organization", "order", "number"], name="orders_shipment_of_order"),
            models.CheckConstraint(condition=one_of("state", ["shipped", "delivered"]), name="orders_shipment_state"),
            models.CheckConstraint(
                condition=Q(state="shipped", delivered_at__isnull=True)
                | Q(state="delivered", delivered_at__isnull=False),
                name="orders_shipment_delivered",
            ),
        ]
        indexes = [
            # The deletion of an order.
            models.Index(fields=["order"], name="orders_shipment_order"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or str(self.number)


class ShipmentItem(OwnedModel):
    """So many of a line."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="items", db_index=False)
    order_item = models.ForeignKey(OrderItem, on_delete=models.CASCADE, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.shipments: what is in it, each line once.
            models.UniqueConstraint(
                fields=["organization", "shipment", "order_item"], name="orders_shipment_item_of_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_shipment_item_quantity"),
        ]
        indexes = [
            # The deletion of a shipment and of a line.
            models.Index(fields=["shipment"], name="orders_shipment_item_list"),
            models.Index(fields=["order_item"], name="orders_shipment_item_line"),
        ]
