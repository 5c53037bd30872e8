"""The one table of the operations."""

from django.db import models
from django.db.models import Q

from tenon.kernel import clock
from tenon.kernel.ids import new_id


class State(models.TextChoices):
    """How far an operation is. The last three are final, but for a failed one whose job staff try again."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.PENDING, State.RUNNING)


class Operation(models.Model):
    """Work that a caller has started: of a person alone, or within an organization. `entry_id` is its outbox row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    progress = models.FloatField(default=0.0)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    organization_id = models.UUIDField(null=True)
    started_by = models.UUIDField()
    entry_id = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # selectors.own: what a caller has started, latest first.
            models.Index(fields=["started_by", "-created_at", "-id"], name="operations_own"),
            # services.purge: what ended some days ago.
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="operations_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
