"""How the purges stand: which fail, and which have not run for too long."""

from dataclasses import dataclass
from datetime import datetime

from tenon.kernel.outbox import registry, schedules
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.outbox.plans import Plan
from tenon.kernel.retention.declaring import purges
from tenon.kernel.retention.models import Purge

ROUNDS = 3  # that may be missed before a purge is late


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_late`: for longer than three rounds of its schedule it has not succeeded. `error`: of the latest run."""

    name: str
    succeeded_at: datetime | None
    is_late: bool
    error: str


def standings(*, now: datetime) -> list[Standing]:
    """Every purge that the code declares, by name. Two queries.

    One that never succeeded is late by the time when it was last enqueued; one that staff have switched off never is.
    """
    names, declared = purges(), registry.schedules()
    known = {row.name: row for row in Purge.objects.filter(name__in=names)}
    rows = {row.name: row for row in Schedule.objects.filter(name__in=names)}
    found = []
    for name in names:
        purge, schedule = known.get(name) or Purge(name=name), rows.get(name) or Schedule(name=name)
        since = purge.succeeded_at or schedule.last_enqueued_at
        late = bool(
            schedule.enabled and since and _rounds_after(since, schedules.plan_of(schedule, declared[name])) < now
        )
        found.append(Standing(name, purge.succeeded_at, late, purge.error if purge.is_failing else ""))
    return found


def _rounds_after(moment: datetime, plan: Plan) -> datetime:
    for _ in range(ROUNDS):
        moment = plan.after(moment)
    return moment
