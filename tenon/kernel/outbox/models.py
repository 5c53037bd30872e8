"""The tables of the outbox: rows to deliver, receipts of who has seen them, and when schedules fire."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenon.kernel.ids import new_id


class Kind(models.TextChoices):
    """What a row is."""

    EVENT = "event"
    JOB = "job"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Rows by their state."""

    def pending(self) -> "EntryQuerySet":
        return self.filter(available_at__isnull=False)

    def dead(self) -> "EntryQuerySet":
        return self.filter(dead_at__isnull=False)

    def unclaimed(self, now: datetime) -> "EntryQuerySet":
        """Rows whose time has come and whom no relay holds."""
        return self.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now), available_at__lte=now)


def _has(field: str) -> Q:
    return Q(**{f"{field}__isnull": False})


class Entry(models.Model):
    """One event or job. It is pending exactly as long as `available_at` is set; then it is delivered or dead.

    `sequence` gives the order within an aggregate: it comes from the database, so no clock of any host decides.
    """

    sequence = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=120)
    payload = models.JSONField(null=True)
    secret = models.BooleanField(default=False)
    organization_id = models.UUIDField(null=True)
    aggregate = models.CharField(max_length=200, default="")
    # The aggregate as long as the row is pending, else null: so an index holds the pending rows alone on every engine.
    queue = models.CharField(max_length=200, null=True)  # noqa: DJ001
    created_at = models.DateTimeField()
    available_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    # When the latest attempt began.
    started_at = models.DateTimeField(null=True)
    # Attempts in a row that began and that nobody settled, the one under way included: they ended with their process.
    unsettled = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Since when a job lies with the broker and no worker has begun it; its claim says how long that is borne.
    handed_over_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    # The organization of a public event until it has its place in that organization's feed, else null.
    unplaced_in = models.UUIDField(null=True)
    last_error = models.CharField(max_length=500, default="")

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    # Of an entry in hand, no column: its attempt was noted with its claim already.
    begun = False

    class Meta:
        verbose_name, verbose_name_plural = _("outbox row"), _("outbox rows")
        indexes = [
            # claims.claim, backlog.measure: the rows that wait, the longest due first. (MariaDB leaves conditions out.)
            models.Index(fields=["available_at", "sequence"], condition=_has("available_at"), name="outbox_due"),
            # claims.claim, claims.follow: the first pending row of each aggregate, and of one.
            models.Index(fields=["queue", "sequence"], condition=_has("queue"), name="outbox_queue"),
            # upkeep.purge: rows that were delivered some days ago.
            models.Index(fields=["delivered_at"], condition=_has("delivered_at"), name="outbox_delivered"),
            # feed.placing: what waits for its place, by organization.
            models.Index(fields=["unplaced_in", "sequence"], condition=_has("unplaced_in"), name="outbox_unplaced"),
            # backlog.measure, upkeep.purge, `manage.py outbox dead`.
            models.Index(fields=["dead_at"], condition=_has("dead_at"), name="outbox_dead"),
            # handover.run_once: how many jobs lie with the broker.
            models.Index(fields=["handed_over_at"], condition=_has("handed_over_at"), name="outbox_handed_over"),
            # jobs.selectors.runs: the jobs, latest first; those of one name.
            models.Index(fields=["-sequence"], condition=Q(kind=Kind.JOB), name="outbox_jobs"),
            models.Index(fields=["name", "-sequence"], condition=Q(kind=Kind.JOB), name="outbox_jobs_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.id}"


class Receipt(models.Model):
    """That a consumer has taken a row, written in the transaction of its effect. It lives as long as the row."""

    consumer = models.CharField(max_length=200)
    entry_id = models.UUIDField()

    class Meta:
        constraints = [
            # delivery: at most one effect of a row for each consumer.
            models.UniqueConstraint(fields=["entry_id", "consumer"], name="outbox_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.entry_id}"


class Schedule(models.Model):
    """When a scheduled job is enqueued next, and what staff have changed about the plan that the code declares.

    `every_seconds`, or `cron` with `timezone`, stand in place of the declared plan where they are set. `plan` is the
    one that `next_run_at` was reckoned by: where it is no longer the plan in force, the time is reckoned anew.
    """

    name = models.CharField(max_length=120, primary_key=True)
    enabled = models.BooleanField(default=True, db_default=True)
    every_seconds = models.PositiveIntegerField(null=True, blank=True)
    cron = models.CharField(max_length=100, default="", db_default="", blank=True)
    timezone = models.CharField(max_length=64, default="", db_default="", blank=True)
    plan = models.CharField(max_length=200, default="", db_default="")
    next_run_at = models.DateTimeField(null=True)
    last_enqueued_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
