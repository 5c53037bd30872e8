"""Where an organization wants its events sent, and how far the sending has come."""

from typing import cast
from uuid import UUID

from django.db import models
from django.db.models import Q

from tenon.kernel.tenancy.models import OwnedModel

DESCRIPTION_LENGTH = 200


class Endpoint(OwnedModel):
    """An address with the types of event that it gets: names, `area.*`, or `*` for all.

    The secrets are sealed. The former one signs beside the present one until its time is up, so that a receiver can
    change over. `failing_since` is the first failure after the last success.
    """

    class State(models.TextChoices):
        """Whether anything is sent."""

        ENABLED = "enabled"
        DISABLED = "disabled"

    class Reason(models.TextChoices):
        """Why nothing is sent."""

        REQUESTED = "requested"
        GONE = "gone"
        FAILING = "failing"
        CLOSED = "closed"

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    event_types = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.ENABLED)
    disabled_reason = models.CharField(max_length=10, choices=Reason, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    secret = models.TextField(editable=False)
    former_secret = models.TextField(blank=True, editable=False)
    former_secret_until = models.DateTimeField(null=True, blank=True)
    created_by_id = models.UUIDField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.endpoints, in the order of making; selectors.listening.
            models.Index(fields=["organization", "created_at", "id"], name="webhooks_endpoint_list"),
            # personal_data: what one person has made, anywhere.
            models.Index(fields=["created_by_id"], name="webhooks_endpoint_maker"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        """Whether events are sent to it."""
        return self.state == self.State.ENABLED

    @property
    def belongs_to(self) -> UUID:
        """The id of its organization, which no stored row is without."""
        return cast(UUID, self.organization_id)


class Lane(OwnedModel):
    """The queue before one endpoint: when its next delivery is due, and who is at it.

    Apart from the endpoint, whose version counts what people change. One attempt is under way in a lane at a time, so
    that a slow receiver keeps only itself waiting; after misses the lane rests.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    misses = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # fan_out.write, dispatching.settle: the lane of an endpoint.
            models.UniqueConstraint(fields=["organization", "endpoint"], name="webhooks_lane_of_endpoint"),
        ]
        indexes = [
            # lanes.claim: the lanes that wait, the longest due first.
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="webhooks_lane_due"),
        ]

    @property
    def belongs_to(self) -> UUID:
        """The id of its organization, which no stored row is without."""
        return cast(UUID, self.organization_id)
