"""What happened to an order, and what staff remember about it."""

from django.db import models

from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models.columns import one_of
from tenon.domains.orders.models.orders import Order
from tenon.kernel.tenancy.models import OwnedModel

REASON_LENGTH = 500


class OrderTransition(OwnedModel):
    """A step of an order from one state into another; the first one comes from nowhere. Never changed.

    `number` is the version of the order that the step made, so that the steps of an order stand in line. `actor_id` is
    the person or key that took it; null where the system did, or a guest.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=10, blank=True)
    target = models.CharField(max_length=10)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    happened_at = models.DateTimeField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.transitions, in order: an order takes one step at a time.
            models.UniqueConstraint(fields=["organization", "order", "number"], name="orders_transition_of_order"),
            models.CheckConstraint(condition=one_of("source", ["", *OrderState]), name="orders_transition_source"),
            models.CheckConstraint(condition=one_of("target", OrderState), name="orders_transition_target"),
        ]
        indexes = [
            # The deletion of an order.
            models.Index(fields=["order"], name="orders_transition_order"),
            # personal_data: what one person did, anywhere.
            models.Index(fields=["actor_id"], name="orders_transition_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class OrderNote(OwnedModel):
    """What staff remember about an order. No customer ever sees it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+", db_index=False)
    author_id = models.UUIDField(null=True, blank=True)
    body = models.TextField()

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.notes, in the order of writing.
            models.Index(fields=["order", "created_at", "id"], name="orders_note_list"),
            # personal_data: what one person wrote, anywhere.
            models.Index(fields=["author_id"], name="orders_note_author"),
        ]

    def __str__(self) -> str:
        return self.body[:80]
