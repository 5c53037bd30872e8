"""What becomes of an operation: started with its job, then driven by the job alone, or cancelled by a caller."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from tenon.kernel import clock
from tenon.kernel.errors import NotFound, TenonError
from tenon.kernel.ids import new_id
from tenon.kernel.operations import policies, selectors
from tenon.kernel.operations.errors import AlreadyFinished, Cancelled
from tenon.kernel.operations.models import OPEN, Operation, State
from tenon.kernel.outbox.encoding import encode
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.principal import Principal

FAILED = {"code": "failed", "detail": "The work could not be done. It has been reported to whoever runs this service."}
_BATCH = 1000


def start(
    *,
    job: str,
    payload: Mapping[str, object],
    principal: Principal,
    now: datetime,
    kind: str = "",
    secret: bool = False,
) -> UUID:
    """Enqueue `job`, declared by `operations.job`, and return the id of the operation that tells of it.

    It belongs to the organization that the principal acts in; where it acts in none, to the principal alone. `kind` is
    what callers are told it is, the job's name unless given. Both are part of the caller's transaction, if one is open.
    Raises what `enqueue` raises.
    """
    if principal.id is None:
        raise ValueError("An operation belongs to whoever started it.")
    operation_id, organization_id = new_id(), principal.organization_id
    with transaction.atomic():
        entry_id = enqueue(job, payload, organization_id=organization_id, secret=secret)
        Operation.objects.create(
            id=operation_id,
            kind=kind or job,
            organization_id=organization_id,
            started_by=principal.id,
            entry_id=entry_id,
            created_at=now,
        )
    return operation_id


def cancel(*, principal: Principal, operation_id: UUID, now: datetime) -> Operation:
    """End an operation. A job that runs for it ends at its next report; what it has done by then stays done.

    Raises NotFound for one that the principal may not see or not cancel, AlreadyFinished.
    """
    operation = selectors.visible(principal=principal, operation_id=operation_id)
    if not policies.may(principal, operation, policies.CANCEL):
        raise NotFound
    if not _open(id=operation_id).update(state=State.CANCELLED, finished_at=now):
        raise AlreadyFinished
    operation.refresh_from_db()
    return operation


def begin(*, entry_id: UUID, now: datetime) -> UUID | None:
    """The operation of a job that begins, or tries again; None where nobody waits for it any more."""
    waiting = Operation.objects.filter(entry_id=entry_id, state__in=(*OPEN, State.FAILED))
    if not waiting.update(state=State.RUNNING, started_at=Coalesce("started_at", now), finished_at=None, error=None):
        return None
    found: UUID = Operation.objects.values_list("id", flat=True).get(entry_id=entry_id)
    return found


def report(*, operation_id: UUID, progress: float) -> None:
    """Say how far the work is, from 0 to 1. Raises Cancelled."""
    if not _open(id=operation_id).update(progress=min(max(progress, 0.0), 1.0)):
        raise Cancelled


def succeed(*, operation_id: UUID, result: object, now: datetime) -> None:
    """The work is done, with this result: JSON values, UUIDs, dates and decimals."""
    _open(id=operation_id).update(state=State.SUCCEEDED, progress=1.0, result=encode(result), finished_at=now)


def fail(*, operation_id: UUID, refusal: TenonError, now: datetime) -> None:
    """The work was refused by a rule, which the caller is told."""
    error = {"code": refusal.code, "detail": str(refusal)}
    _open(id=operation_id).update(state=State.FAILED, error=error, finished_at=now)


def note_death(entry_id: UUID) -> None:
    """The job's row is dead: the caller is told that it failed, and operators why."""
    _open(entry_id=entry_id).update(state=State.FAILED, error=FAILED, finished_at=clock.now())


def purge(*, before: datetime) -> int:
    """Delete the operations that ended before then, and those that never will. Returns how many."""
    alive = Entry.objects.pending().filter(id=OuterRef("entry_id"))
    over = Q(finished_at__lt=before) | Q(~Exists(alive), state__in=OPEN, created_at__lt=before)
    purged = 0
    while True:
        ids = list(Operation.objects.filter(over).values_list("id", flat=True)[:_BATCH])
        Operation.objects.filter(id__in=ids).delete()
        purged += len(ids)
        if len(ids) < _BATCH:
            return purged


def _open(**which: UUID) -> QuerySet[Operation]:
    return Operation.objects.filter(state__in=OPEN, **which)
