"""What operators do: start a job, try a dead one again, change when one comes back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tenon.kernel.errors import FieldError
from tenon.kernel.first_rows import insert_missing
from tenon.kernel.jobs.errors import NotByHand, NotDead, StillWaiting, UnknownJob, WrongArguments, WrongPlan
from tenon.kernel.jobs.selectors import is_by_hand
from tenon.kernel.outbox import publishing, registry, schedules, upkeep
from tenon.kernel.outbox.encoding import arguments_from_json
from tenon.kernel.outbox.errors import Undecodable
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.outbox.plans import InvalidPlan, Plan


def enqueue(*, name: str, arguments: Mapping[str, Any], organization_id: UUID | None = None) -> UUID:
    """Start a job by its name with JSON `arguments`. Returns the id of its run.

    Raises UnknownJob, NotByHand, and WrongArguments for those that it could not be called with.
    """
    job = _job_named(name)
    if not is_by_hand(job):
        raise NotByHand
    try:
        job.check_arguments(dict(arguments))
        decoded = arguments_from_json(job.run, dict(arguments))
    except (TypeError, Undecodable) as error:
        raise WrongArguments(errors=[FieldError("/arguments", "wrong_arguments", str(error))]) from None
    with transaction.atomic():
        return publishing.enqueue(name, decoded, organization_id=organization_id)


def retry(*, run_id: UUID, now: datetime) -> None:
    """Make a dead run due again. Raises NotDead."""
    if not upkeep.retry(now=now, entry_ids=[run_id]):
        raise NotDead


def retry_all(*, now: datetime, name: str = "", run_ids: Iterable[UUID] | None = None) -> int:
    """Make dead rows due again: all, or those of one name, or these. Returns how many."""
    return upkeep.retry(now=now, entry_ids=run_ids, name=name)


def change_schedule(
    *, name: str, enabled: bool, every_seconds: int | None = None, cron: str = "", timezone: str = ""
) -> None:
    """Switch a schedule on or off, and plan it otherwise than the code does: by interval, or by cron in a time zone.

    Without either, the code's plan is in force. What is due next follows at the next look of a relay.
    Raises UnknownJob, and WrongPlan that names the fields.
    """
    declared = registry.schedules().get(name)
    if declared is None:
        raise UnknownJob
    _require_plan(every_seconds, cron, timezone or declared.timezone)
    with transaction.atomic():
        insert_missing([Schedule(name=name)])
        Schedule.objects.filter(name=name).update(
            enabled=enabled, every_seconds=every_seconds, cron=" ".join(cron.split()), timezone=timezone if cron else ""
        )


def run_schedule(*, name: str, now: datetime) -> UUID:
    """Start a scheduled job now; the next round comes when it would have. Returns the id of its run.

    Raises UnknownJob, and StillWaiting while the round before is not done.
    """
    if name not in registry.schedules():
        raise UnknownJob
    with transaction.atomic():
        insert_missing([Schedule(name=name)])
        Schedule.objects.select_for_update().get(name=name)  # so that of two at once, one finds the other's
        if schedules.waits(name):
            raise StillWaiting
        Schedule.objects.filter(name=name).update(last_enqueued_at=now)
        return publishing.enqueue(name, {}, aggregate=schedules.aggregate_of(name))


def _job_named(name: str) -> registry.Job:
    found = next((job for job in registry.jobs() if job.name == name), None)
    if found is None:
        raise UnknownJob
    return found


def _require_plan(every_seconds: int | None, cron: str, timezone: str) -> None:
    if every_seconds is None and not cron:
        return
    try:
        Plan.of(every=None if every_seconds is None else timedelta(seconds=every_seconds), cron=cron, timezone=timezone)
    except (InvalidPlan, OverflowError) as error:
        field = "/every_seconds" if every_seconds is not None else "/cron"
        raise WrongPlan(errors=[FieldError(field, "wrong_plan", str(error))]) from None
