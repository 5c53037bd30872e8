"""One event for one endpoint, and the attempts at it."""

from django.db import models
from django.db.models import Q

from tenon.kernel.tenancy.models import OwnedModel
from tenon.platform.webhooks.models.endpoints import Endpoint

ERROR_LENGTH = 300


class Delivery(OwnedModel):
    """An event on its way. `body` is what is sent, byte for byte the same at every attempt.

    It is pending exactly as long as `next_attempt_at` is set. `tries` counts the attempts since it was last put on its
    way, `attempts` all of them. Skipped: the endpoint was disabled.
    """

    class State(models.TextChoices):
        """What became of it."""

        PENDING = "pending"
        DELIVERED = "delivered"
        FAILED = "failed"
        SKIPPED = "skipped"

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+", db_index=False)
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=120)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=20, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # fan_out.write: an event is written once for an endpoint.
            models.UniqueConstraint(fields=["organization", "endpoint", "event_id"], name="webhooks_delivery_of_event"),
        ]
        indexes = [
            # lanes.due, lanes.next_due: what waits before an endpoint, in order.
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="webhooks_delivery_due",
            ),
            # selectors.deliveries, in the order of writing.
            models.Index(fields=["endpoint", "created_at", "id"], name="webhooks_delivery_list"),
            # selectors.deliveries of one state; deliveries.recover, disabling.
            models.Index(fields=["endpoint", "state", "created_at", "id"], name="webhooks_delivery_by_state"),
            # purging.
            models.Index(fields=["settled_at"], condition=Q(settled_at__isnull=False), name="webhooks_delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"


class Attempt(OwnedModel):
    """One request and its answer. `error` says why there was none, `answer` how the body of it begins."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=ERROR_LENGTH, blank=True)
    answer = models.TextField(blank=True)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.attempts.
            models.Index(fields=["delivery", "number"], name="webhooks_attempt_list"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
