"""What operators see: the jobs that the code declares, their runs, and the schedules."""

import inspect
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints
from uuid import UUID

from tenon.kernel.errors import NotFound
from tenon.kernel.jobs.models import Run, RunQuerySet, RunState
from tenon.kernel.outbox import registry, schedules
from tenon.kernel.outbox.models import Schedule


@dataclass(frozen=True, slots=True)
class Argument:
    """A keyword argument of a job; `type` in Python's words."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job that the code declares. `lease_seconds` None: as usual. `by_hand`: staff may enqueue it."""

    name: str
    about: str
    arguments: tuple[Argument, ...]
    lease_seconds: int | None
    atomic: bool
    by_hand: bool
    schedule: str | None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run. `error` is of the last attempt; nothing of the payload is in it, or anywhere here."""

    id: UUID
    name: str
    state: RunState
    attempts: int
    organization_id: UUID | None
    created_at: datetime
    available_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """A schedule. `plan` is the one in force, `declared` that of the code; `waits`: a round waits or runs."""

    name: str
    plan: str
    declared: str
    enabled: bool
    next_run_at: datetime | None
    last_run_at: datetime | None
    waits: bool


def known_jobs() -> list[JobFacts]:
    """Every job, by name."""
    plans = registry.schedules()
    return [
        JobFacts(
            name=job.name,
            about=(inspect.getdoc(job.run) or "").partition("\n")[0],
            arguments=arguments_of(job),
            lease_seconds=None if job.lease is None else int(job.lease.total_seconds()),
            atomic=job.atomic,
            by_hand=is_by_hand(job),
            schedule=str(plans[job.name]) if job.name in plans else None,
        )
        for job in registry.jobs()
    ]


def arguments_of(job: registry.Job) -> tuple[Argument, ...]:
    """What a job is called with."""
    hints = get_type_hints(job.run)
    return tuple(
        Argument(each.name, _named(hints.get(each.name, Any)), each.default is inspect.Parameter.empty)
        for each in inspect.signature(job.run).parameters.values()
    )


def is_by_hand(job: registry.Job) -> bool:
    """Whether staff may enqueue it: it says so, or there is nothing to say to it."""
    return job.by_hand or not inspect.signature(job.run).parameters


def runs(*, now: datetime, name: str = "", state: str = "") -> RunQuerySet:
    """Runs, latest first: of one job, in one state, where given. Page by `sequence`, which an index serves."""
    found: RunQuerySet = Run.objects.order_by("-sequence")
    if name:
        found = found.filter(name=name)
    return found.in_state(state, now=now) if state else found


def dead_letters(*, now: datetime) -> RunQuerySet:
    """Runs that failed for good."""
    return runs(now=now, state=RunState.DEAD)


def run_facts(*, run_id: UUID, now: datetime) -> RunFacts:
    """One run. Raises NotFound."""
    found = Run.objects.filter(id=run_id).first()
    if found is None:
        raise NotFound
    return facts_of(found, now=now)


def facts_of(run: Run, *, now: datetime) -> RunFacts:
    """A run as a value."""
    return RunFacts(
        id=run.id,
        name=run.name,
        state=run.state(now=now),
        attempts=run.attempts,
        organization_id=run.organization_id,
        created_at=run.created_at,
        available_at=run.available_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        error=run.last_error,
    )


def schedule_facts() -> list[ScheduleFacts]:
    """Every schedule that the code declares, by name. Two queries."""
    declared = registry.schedules()
    rows = {row.name: row for row in Schedule.objects.filter(name__in=declared)}
    waiting = schedules.waiting(declared)
    facts = []
    for name, plan in sorted(declared.items()):
        row = rows.get(name) or Schedule(name=name)
        in_force = str(schedules.plan_of(row, plan))
        facts.append(
            ScheduleFacts(
                name=name,
                plan=in_force,
                declared=str(plan),
                enabled=row.enabled,
                next_run_at=row.next_run_at if row.enabled else None,
                last_run_at=row.last_enqueued_at,
                waits=name in waiting,
            )
        )
    return facts


def _named(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).replace("typing.", "")
