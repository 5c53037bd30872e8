"""A job's row in the outbox, as operators look at it: one run, however many attempts it took."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenon.kernel.outbox.models import Entry, Kind


class RunState(models.TextChoices):
    """What becomes of a run. `retrying`: an attempt failed, and another will be made."""

    WAITING = "waiting", _("Waiting")
    RETRYING = "retrying", _("Retrying")
    HANDED_OVER = "handed_over", _("With the broker")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    DEAD = "dead", _("Dead")


class RunQuerySet(models.QuerySet["Run"]):
    """Jobs by their state."""

    def in_state(self, state: str, *, now: datetime) -> "RunQuerySet":
        held, free = Q(claimed_until__gt=now), Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        pending, handed = Q(available_at__isnull=False), Q(handed_over_at__isnull=False)
        return self.filter(
            {
                RunState.WAITING: pending & free & Q(attempts=0),
                RunState.RETRYING: pending & free & Q(attempts__gt=0),
                RunState.HANDED_OVER: pending & held & handed,
                RunState.RUNNING: pending & held & ~handed,
                RunState.SUCCEEDED: Q(delivered_at__isnull=False),
                RunState.DEAD: Q(dead_at__isnull=False),
            }[RunState(state)]
        )


class RunManager(models.Manager.from_queryset(RunQuerySet)):  # type: ignore[misc]
    """Jobs alone, without events."""

    def get_queryset(self) -> RunQuerySet:
        rows: RunQuerySet = super().get_queryset().filter(kind=Kind.JOB)
        return rows


class Run(Entry):
    """One run of a job."""

    objects: ClassVar[RunManager] = RunManager()

    class Meta:
        proxy = True
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")

    def __str__(self) -> str:
        return f"{self.name} {self.id}"

    def state(self, *, now: datetime) -> RunState:
        """How the run stands."""
        if self.delivered_at:
            return RunState.SUCCEEDED
        if self.dead_at:
            return RunState.DEAD
        if self.claimed_until and self.claimed_until > now:
            return RunState.HANDED_OVER if self.handed_over_at else RunState.RUNNING
        return RunState.RETRYING if self.attempts else RunState.WAITING

    @property
    def finished_at(self) -> datetime | None:
        """When it succeeded, or died."""
        return self.delivered_at or self.dead_at
