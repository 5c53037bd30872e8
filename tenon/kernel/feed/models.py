"""The feed of each organization: its events by position, and how far it reaches."""

from django.db import models

from tenon.kernel.tenancy.models import OwnedModel


class FeedHead(OwnedModel):
    """How far an organization's feed reaches. Its row is the lock under which positions are given.

    Positions count from 1. Those up to `expired` are no longer kept; 0: all are.
    """

    last = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        constraints = [
            # placing, reading: one feed for an organization.
            models.UniqueConstraint(fields=["organization"], name="feed_head_of_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.last}"


class FeedEvent(OwnedModel):
    """A public event at its place. `id` is the event's own; `created_at` is when it got its place."""

    position = models.BigIntegerField()
    type = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    data = models.JSONField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # reading.read: on from a position.
            models.UniqueConstraint(fields=["organization", "position"], name="feed_event_by_position"),
        ]
        indexes = [
            # reading.read, of some types only.
            models.Index(fields=["organization", "type", "position"], name="feed_event_by_type"),
            # expiry.expire: what was placed long ago.
            models.Index(fields=["created_at"], name="feed_event_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.type}"
