"""Jobs that come back: enqueued when due, once, by whichever relay is first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from tenon.kernel.outbox import registry
from tenon.kernel.outbox.models import Entry, Schedule
from tenon.kernel.outbox.plans import InvalidPlan, Plan
from tenon.kernel.outbox.publishing import enqueue

logger = structlog.get_logger("tenon.outbox")


def enqueue_due(*, now: datetime) -> list[str]:
    """Enqueue the job of every schedule that is due; returns their names. A missed round is not made up for.

    The update that moves on to the next time and the job's row are one transaction, and the update matches for one
    relay only. While the job of the round before still waits or runs, a round is left out.
    """
    return [row.name for row, plan in _planned(now=now) if row.enabled and _move_on(row, plan, now=now)]


def plan_of(row: Schedule, declared: Plan) -> Plan:
    """The plan in force: what staff have set, else what the code declares."""
    try:
        if row.every_seconds:
            return Plan.of(every=timedelta(seconds=row.every_seconds))
        if row.cron:
            return Plan.of(cron=row.cron, timezone=row.timezone or declared.timezone)
    except InvalidPlan:  # a time zone, say, that this machine does not know
        logger.exception("schedule_invalid", name=row.name)
    return declared


def aggregate_of(name: str) -> str:
    """What keeps the rounds of one schedule from running beside one another."""
    return f"schedule:{name}"


def waits(name: str) -> bool:
    """Whether a round of this schedule waits or runs."""
    return Entry.objects.filter(queue=aggregate_of(name)).exists()


def waiting(names: Iterable[str]) -> set[str]:
    """The schedules among `names` of which a round waits or runs. One query."""
    queues = {aggregate_of(name): name for name in names}
    found = Entry.objects.filter(queue__in=queues).values_list("queue", flat=True)
    return {queues[queue] for queue in found if queue is not None}


def _planned(*, now: datetime) -> Iterable[tuple[Schedule, Plan]]:
    """Every declared schedule, with a row, and the plan that is in force."""
    declared = registry.schedules()
    rows = {row.name: row for row in Schedule.objects.filter(name__in=declared)}
    new = [
        Schedule(name=name, plan=str(plan), next_run_at=plan.first(now))
        for name, plan in declared.items()
        if name not in rows
    ]
    if new:
        Schedule.objects.bulk_create(new, ignore_conflicts=True)
    for row in [*rows.values(), *new]:
        yield row, plan_of(row, declared[row.name])


def _move_on(row: Schedule, plan: Plan, *, now: datetime) -> bool:
    """Whether the job was enqueued."""
    if row.plan != str(plan) or row.next_run_at is None:
        last = row.last_enqueued_at
        row.next_run_at = plan.first(now) if last is None or plan.every is None else plan.after(last)
        unchanged = Schedule.objects.filter(name=row.name, plan=row.plan)
        row.plan = str(plan)
        if not unchanged.update(plan=row.plan, next_run_at=row.next_run_at):
            return False
    if row.next_run_at > now:
        return False
    following = plan.after(now)
    with transaction.atomic():
        if not _still_due(row).update(next_run_at=following):
            return False
        if waits(row.name):
            logger.info("schedule_left_out", name=row.name)
            return False
        Schedule.objects.filter(name=row.name).update(last_enqueued_at=now)
        enqueue(row.name, {}, aggregate=aggregate_of(row.name))
    return True


def _still_due(row: Schedule) -> QuerySet[Schedule]:
    return Schedule.objects.filter(name=row.name, enabled=True, next_run_at=row.next_run_at)
